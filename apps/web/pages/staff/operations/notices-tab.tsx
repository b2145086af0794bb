import { useTranslation } from 'react-i18next';
import { listNotices, retryNotices, withheldNotices } from '../../api/sdk.gen.js';
import type { ListedNotice, Withheld } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { RowTable, type Column } from '../shell/row-table.js';
import { ActButton } from './act-button.js';
import { AwayServices } from './away-services.js';
import { useEach } from './use-each.js';

const NOTIFICATION = ['notification'] as const;

/** What applicants were to be told and were not. */
export function NoticesTab() {
  return (
    <>
      <FailedNotices />
      <WithheldNotices />
    </>
  );
}

/** Texts that failed after their last try. */
function FailedNotices() {
  const { t } = useTranslation('operations');
  const { answers, errors, isPending } = useEach('failed-notices', NOTIFICATION, (service) =>
    dataOf(listNotices({ path: { service }, query: { state: 'failed' } })),
  );
  const columns: Column<ListedNotice>[] = [
    { title: t('operation.request'), show: ({ requestId }) => requestId },
    { title: t('notice.key'), show: ({ key }) => key },
    { title: t('notice.phone'), show: ({ phone }) => phone },
    { title: t('operation.reason'), show: ({ reason }) => reason },
    { title: t('operation.tries'), show: ({ attempts }) => attempts },
    {
      title: t('operation.since'),
      show: ({ settledAt, createdAt }) => shanghaiTime(settledAt ?? createdAt),
    },
    {
      title: t('column.act'),
      show: ({ id, isRetriable }) =>
        isRetriable ? (
          <ActButton
            label={t('resend.act')}
            question={t('resend.question')}
            meaning={t('resend.meaning')}
            call={() => retryNotices({ path: { service: 'notification', id } })}
          />
        ) : (
          t('notice.superseded')
        ),
    },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      <RowTable<ListedNotice>
        label={t('tab.notices')}
        rowKey={({ requestId, key }) => `${requestId} ${key}`}
        pageSize={20}
        loading={isPending && answers.length === 0}
        columns={columns}
        rows={answers.flatMap(({ data }) => data.notices)}
        empty={t('notice.none')}
      />
    </>
  );
}

/** What was more than a request may tell on a day. */
function WithheldNotices() {
  const { t } = useTranslation('operations');
  const { answers, isPending } = useEach('withheld-notices', NOTIFICATION, (service) =>
    dataOf(withheldNotices({ path: { service } })),
  );
  const columns: Column<Withheld>[] = [
    { title: t('operation.request'), show: ({ requestId }) => requestId },
    { title: t('withheld.day'), show: ({ day }) => day },
    { title: t('message.count'), show: ({ count }) => count },
    { title: t('withheld.last'), show: ({ lastAt }) => shanghaiTime(lastAt) },
  ];
  return (
    <section aria-labelledby="withheld-title">
      <h2 id="withheld-title">{t('withheld.title')}</h2>
      <p className="hint">{t('withheld.hint')}</p>
      <RowTable<Withheld>
        label={t('withheld.title')}
        rowKey={({ requestId, day }) => `${requestId} ${day}`}
        pageSize={20}
        loading={isPending && answers.length === 0}
        columns={columns}
        rows={answers.flatMap(({ data }) => data.requests)}
        empty={t('withheld.none')}
      />
    </section>
  );
}
