import type { TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { reasonsParked, replayAllParked } from '../../api/sdk.gen.js';
import type { ParkedReason } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { ActButton } from './act-button.js';
import { AwayServices } from './away-services.js';
import { ScrollTable } from './scroll-table.js';
import { SERVICES, type Service } from './services.js';
import { useEach } from './use-each.js';

interface Row extends ParkedReason {
  service: Service;
}

/** Messages that could not be handled, by reason. */
export function ParkedMessagesTab() {
  const { t } = useTranslation('operations');
  const { answers, errors, isPending } = useEach('parked-messages', SERVICES, (service) =>
    dataOf(reasonsParked({ path: { service } })),
  );
  const rows = answers.flatMap(({ service, data }) => data.reasons.map((each) => ({ ...each, service })));
  const columns: TableColumnsType<Row> = [
    { title: t('flow.service'), key: 'service', render: (_, { service }) => t(`service.${service}`) },
    { title: t('message.topic'), dataIndex: 'topic' },
    { title: t('operation.reason'), dataIndex: 'reason' },
    { title: t('message.count'), dataIndex: 'count' },
    { title: t('operation.since'), key: 'since', render: (_, { since }) => shanghaiTime(since) },
    {
      title: t('column.act'),
      key: 'act',
      render: (_, { service, reason, topic, count }) => (
        <ActButton
          label={t('replay.act')}
          question={t('replay.question', { count })}
          meaning={t('replay.meaning')}
          call={() => replayEach(service, reason, topic)}
        />
      ),
    },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      <ScrollTable<Row>
        label={t('tab.messages')}
        rowKey={({ service, reason, topic }) => `${service} ${reason} ${topic}`}
        pagination={false}
        loading={isPending && rows.length === 0}
        columns={columns}
        dataSource={rows}
        locale={{ emptyText: t('message.none') }}
      />
    </>
  );
}

/** A hundred at a time, until none is left that was not tried. */
async function replayEach(service: Service, reason: string, topic: string): Promise<void> {
  let after: string | undefined;
  do {
    const body = { reason, topic, ...(after && { after }) };
    after = (await dataOf(replayAllParked({ path: { service }, body }))).last;
  } while (after);
}
