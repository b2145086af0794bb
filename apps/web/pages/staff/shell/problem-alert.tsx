import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { isProblem } from './api.js';

/** Says what went wrong, in the API's words where it has answered. */
export function ProblemAlert({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const text = isProblem(error) ? (error.detail ?? error.title) : t('unreachable');
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={text}
      // Also in a form that is disabled while its answer is awaited.
      action={
        onRetry && (
          <Button disabled={false} onClick={onRetry}>
            {t('tryAgain')}
          </Button>
        )
      }
    />
  );
}
