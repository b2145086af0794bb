import { Flex, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { giveUpOperations, parkedOperations, retryOperations } from '../../api/sdk.gen.js';
import type { ParkedOperation } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { ActButton } from './act-button.js';
import { AwayServices } from './away-services.js';
import { ScrollTable } from './scroll-table.js';
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
  const columns: TableColumnsType<Row> = [
    { title: t('provider.name'), dataIndex: 'provider' },
    { title: t('operation.kind'), key: 'kind', render: (_, { kind }) => t(`kind.${kind}`) },
    { title: t('operation.since'), key: 'since', render: (_, { since }) => shanghaiTime(since) },
    { title: t('operation.tries'), dataIndex: 'tries', responsive: ['md'] },
    { title: t('operation.reason'), dataIndex: 'lastError', className: 'wrap' },
    { title: t('operation.request'), dataIndex: 'requestId', responsive: ['lg'] },
    { title: t('column.act'), key: 'act', render: (_, row) => <OperationActs row={row} /> },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      <ScrollTable<Row>
        label={t('tab.operations')}
        rowKey="id"
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        loading={isPending && rows.length === 0}
        columns={columns}
        dataSource={rows}
        locale={{ emptyText: t('operation.none') }}
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
