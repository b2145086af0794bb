import type { TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { actsOperators } from '../../api/sdk.gen.js';
import type { OperatorAct } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { AwayServices } from './away-services.js';
import { ScrollTable } from './scroll-table.js';
import { SERVICES, type Service } from './services.js';
import { useEach } from './use-each.js';

interface Row extends OperatorAct {
  service: Service;
}

/** What operators did, the newest first. */
export function ActsTab() {
  const { t } = useTranslation('operations');
  const { answers, errors, isPending } = useEach('acts', SERVICES, (service) =>
    dataOf(actsOperators({ path: { service } })),
  );
  const rows = answers
    .flatMap(({ service, data }) => data.acts.map((act) => ({ ...act, service })))
    .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
  const columns: TableColumnsType<Row> = [
    { title: t('trace.at'), key: 'at', render: (_, { at }) => shanghaiTime(at) },
    { title: t('trace.operator'), dataIndex: 'operator' },
    { title: t('flow.service'), key: 'service', render: (_, { service }) => t(`service.${service}`) },
    { title: t('trace.act'), dataIndex: 'act' },
    {
      title: t('trace.about'),
      key: 'about',
      className: 'wrap',
      render: (_, { parameters }) => Object.values(parameters).join(' '),
    },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      <ScrollTable<Row>
        label={t('tab.acts')}
        rowKey={({ service, at, act }) => `${service} ${at} ${act}`}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        loading={isPending && rows.length === 0}
        columns={columns}
        dataSource={rows}
        locale={{ emptyText: t('trace.none') }}
      />
    </>
  );
}
