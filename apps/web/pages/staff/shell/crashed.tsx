import { Button, Result } from 'antd';
import { useTranslation } from 'react-i18next';

/** A page that failed: says so, and offers to open it again. */
export function Crashed() {
  const { t } = useTranslation();
  return (
    <Result
      status="error"
      title={t('crashed')}
      extra={<Button onClick={() => window.location.reload()}>{t('tryAgain')}</Button>}
    />
  );
}
