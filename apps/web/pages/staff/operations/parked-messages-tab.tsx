import { useTranslation } from 'react-i18next';
import { reasonsParked, replayAllParked } from '../../api/sdk.gen.js';
import type { ParkedReason } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { RowTable, type Column } from '../shell/row-table.js';
import { ActButton } from './act-button.js';
import { AwayServices } from './away-services.js';
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
  const columns: Column<Row>[] = [
    { title: t('flow.service'), show: ({ service }) => t(`service.${service}`) },
    { title: t('message.topic'), show: ({ topic }) => topic },
    { title: t('operation.reason'), show: ({ reason }) => reason },
    { title: t('message.count'), show: ({ count }) => count },
    { title: t('operation.since'), show: ({ since }) => shanghaiTime(since) },
    {
      title: t('column.act'),
      show: ({ service, reason, topic, count }) => (
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
      <RowTable<Row>
        label={t('tab.messages')}
        rowKey={({ service, reason, topic }) => `${service} ${reason} ${topic}`}
        loading={isPending && rows.length === 0}
        columns={columns}
        rows={rows}
        empty={t('message.none')}
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
