import { useTranslation } from 'react-i18next';

/** The issuer cannot be reached, or refused. */
export function LoginFailed() {
  const { t } = useTranslation();
  return (
    <main className="login-failed" role="alert">
      <h1>{t('name')}</h1>
      <p>{t('issuerUnreachable')}</p>
      <button onClick={() => window.location.reload()}>{t('tryAgain')}</button>
    </main>
  );
}
