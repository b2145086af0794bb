import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../shell/api.js';
import type { Service } from './services.js';

/** Which services did not answer, and what they said where they did. */
export function AwayServices({ errors }: { errors: { service: Service; error: unknown }[] }) {
  const { t } = useTranslation(['operations', 'shell']);
  return errors.map(({ service, error }) => (
    <Alert
      key={service}
      type="error"
      showIcon
      role="alert"
      title={t('away', { service: t(`service.${service}`) })}
      description={isProblem(error) ? (error.detail ?? error.title) : t('shell:unreachable')}
    />
  ));
}
