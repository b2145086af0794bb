import { Result } from 'antd';
import { useTranslation } from 'react-i18next';

/** An address that is none, or none of this role. */
export function NotFound() {
  const { t } = useTranslation();
  return <Result status="404" title={t('noSuchPage')} />;
}
