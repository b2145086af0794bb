import type { TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { listNotices, retryNotices, withheldNotices } from '../../api/sdk.gen.js';
import type { ListedNotice, Withheld } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { ActButton } from './act-button.js';
import { AwayServices } from './away-services.js';
import { ScrollTable } from './scroll-table.js';
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
  const columns: TableColumnsType<ListedNotice> = [
    { title: t('operation.request'), dataIndex: 'requestId', responsive: ['md'] },
    { title: t('notice.key'), dataIndex: 'key' },
    { title: t('notice.phone'), dataIndex: 'phone' },
    { title: t('operation.reason'), dataIndex: 'reason' },
    { title: t('operation.tries'), dataIndex: 'attempts', responsive: ['md'] },
    {
      title: t('operation.since'),
      key: 'since',
      render: (_, { settledAt, createdAt }) => shanghaiTime(settledAt ?? createdAt),
    },
    {
      title: t('column.act'),
      key: 'act',
      render: (_, { id, isRetriable }) =>
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
      <ScrollTable<ListedNotice>
        label={t('tab.notices')}
        rowKey={({ requestId, key }) => `${requestId} ${key}`}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        loading={isPending && answers.length === 0}
        columns={columns}
        dataSource={answers.flatMap(({ data }) => data.notices)}
        locale={{ emptyText: t('notice.none') }}
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
  const columns: TableColumnsType<Withheld> = [
    { title: t('operation.request'), dataIndex: 'requestId' },
    { title: t('withheld.day'), dataIndex: 'day' },
    { title: t('message.count'), dataIndex: 'count' },
    { title: t('withheld.last'), key: 'last', render: (_, { lastAt }) => shanghaiTime(lastAt) },
  ];
  return (
    <section aria-labelledby="withheld-title">
      <h2 id="withheld-title">{t('withheld.title')}</h2>
      <p className="hint">{t('withheld.hint')}</p>
      <ScrollTable<Withheld>
        label={t('withheld.title')}
        rowKey={({ requestId, day }) => `${requestId} ${day}`}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        loading={isPending && answers.length === 0}
        columns={columns}
        dataSource={answers.flatMap(({ data }) => data.requests)}
        locale={{ emptyText: t('withheld.none') }}
      />
    </section>
  );
}
