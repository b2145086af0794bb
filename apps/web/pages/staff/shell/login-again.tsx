import { Button, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { logInAgain, watchLogin } from './session.js';

/** Asks to log in again in another window when the session has ended; the page stays as it is. */
export function LoginAgain() {
  const { t } = useTranslation();
  const [isLoggedOut, setLoggedOut] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => watchLogin(setLoggedOut), []);
  const start = () => {
    setFailed(false);
    logInAgain().catch(() => setFailed(true));
  };
  return (
    <Modal
      open={isLoggedOut}
      closable={false}
      title={t('loggedOut')}
      footer={
        <Button type="primary" autoFocus onClick={start}>
          {t('logInAgain')}
        </Button>
      }
    >
      <p>{t('nothingIsLost')}</p>
      {failed && <p role="alert">{t('loginFailed')}</p>}
    </Modal>
  );
}
