import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { giveUpOperations, parkedOperations, retryOperations } from '../../api/sdk.gen.js';
import type { ParkedOperation } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { RowTable, type Column } from '../shell/row-table.js';
import { ActButton } from './act-button.js';
import { AwayServices } from './away-services.js';
import { ADAPTERS, type Adapter } from './services.js';
import { useEach } from './use-each.js';

interface Row extends ParkedOperation {
  service: Adapter;
}

/** What a provider could not be told, until somebody decides. */
export function ParkedOperationsTab() {
  const { t } = useTranslation('operations');
  const { answers, errors, isPending } = useEach('parked-operations', ADAPTERS, (service) =>
    dataOf(parkedOperations({ path: { service } })),
  );
  const rows = answers.flatMap(({ service, data }) => data.operations.map((each) => ({ ...each, service })));
  const columns: Column<Row>[] = [
    { title: t('provider.name'), show: ({ provider }) => provider },
    { title: t('operation.kind'), show: ({ kind }) => t(`kind.${kind}`) },
    { title: t('operation.since'), show: ({ since }) => shanghaiTime(since) },
    { title: t('operation.tries'), show: ({ tries }) => tries },
    { title: t('operation.reason'), show: ({ lastError }) => lastError },
    { title: t('operation.request'), show: ({ requestId }) => requestId },
    { title: t('column.act'), show: (row) => <OperationActs row={row} /> },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      <RowTable<Row>
        label={t('tab.operations')}
        rowKey="id"
        pageSize={20}
        loading={isPending && rows.length === 0}
        columns={columns}
        rows={rows}
        empty={t('operation.none')}
      />
    </>
  );
}

function OperationActs({ row: { service, id, provider } }: { row: Row }) {
  const { t } = useTranslation('operations');
  const path = { service, id };
  return (
    <Flex gap={4} wrap>
      <ActButton
        label={t('retry.act')}
        question={t('retry.question', { provider })}
        meaning={t('retry.meaning')}
        call={() => retryOperations({ path })}
      />
      <ActButton
        danger
        label={t('giveUp.act')}
        question={t('giveUp.question', { provider })}
        meaning={t('giveUp.meaning')}
        call={() => giveUpOperations({ path })}
      />
    </Flex>
  );
}
