import type { TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { closeOperations, findingsOperations } from '../../api/sdk.gen.js';
import type { OpenFinding } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { ActButton } from './act-button.js';
import { AwayServices } from './away-services.js';
import { ScrollTable } from './scroll-table.js';
import { ADAPTERS, type Adapter } from './services.js';
import { useEach } from './use-each.js';

interface Row extends OpenFinding {
  service: Adapter;
}

/** What went otherwise than it should, until somebody has seen to it. */
export function FindingsTab() {
  const { t } = useTranslation('operations');
  const { answers, errors, isPending } = useEach('findings', ADAPTERS, (service) =>
    dataOf(findingsOperations({ path: { service } })),
  );
  const rows = answers.flatMap(({ service, data }) => data.findings.map((each) => ({ ...each, service })));
  const columns: TableColumnsType<Row> = [
    { title: t('provider.name'), dataIndex: 'provider' },
    { title: t('finding.kind'), key: 'kind', render: (_, { kind }) => t(`finding.is.${kind}`) },
    { title: t('operation.since'), key: 'at', render: (_, { at }) => shanghaiTime(at) },
    { title: t('operation.request'), dataIndex: 'requestId', responsive: ['lg'] },
    {
      title: t('column.act'),
      key: 'act',
      render: (_, { service, id, kind }) => (
        <ActButton
          label={t('close.act')}
          question={t('close.question', { finding: t(`finding.is.${kind}`) })}
          meaning={t('close.meaning')}
          call={() => closeOperations({ path: { service, id } })}
        />
      ),
    },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      <ScrollTable<Row>
        label={t('tab.findings')}
        rowKey="id"
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        loading={isPending && rows.length === 0}
        columns={columns}
        dataSource={rows}
        locale={{ emptyText: t('finding.none') }}
      />
    </>
  );
}
