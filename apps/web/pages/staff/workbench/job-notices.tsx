import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { JobInFull } from '../../api/types.gen.js';
import { useAccount } from '../shell/account.js';

/** What she must know before she acts: who else is here, and what has changed. */
export function JobNotices({ found, amended }: { found: JobInFull; amended: readonly string[] }) {
  const { t } = useTranslation('workbench');
  const { name } = useAccount();
  const { job, shown, viewers, passedTo } = found;
  const colleague = job.claimedBy && job.claimedBy !== name ? job.claimedBy : undefined;
  return (
    <>
      {job.withdrawal === 'asked' && <Alert type="warning" showIcon title={t('notice.withdrawal')} />}
      {amended.length > 0 && <Alert type="warning" showIcon title={t('notice.amended')} />}
      {colleague && <Alert type="info" showIcon title={t('notice.colleague', { officer: colleague })} />}
      {viewers.length > 0 && (
        <Alert
          type="info"
          showIcon
          title={t('notice.viewers', { officers: viewers.map(({ officer }) => officer).join(', ') })}
        />
      )}
      {passedTo && <Alert type="info" showIcon title={t('notice.passedTo', { provider: passedTo })} />}
      {shown.reason && (
        <Alert
          type="info"
          title={t('notice.reason', { reason: shown.reason })}
          description={[
            job.holder && t('notice.holder', { holder: t(`holder.${job.holder}`) }),
            job.holderDeadline && t('notice.due', { date: job.holderDeadline }),
            shown.asked.length > 0 &&
              t('notice.asked', { items: shown.asked.map((each) => each.name).join('、') }),
          ]
            .filter(Boolean)
            .join(' ')}
        />
      )}
    </>
  );
}
