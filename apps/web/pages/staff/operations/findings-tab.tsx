import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { closeOperations, findingsOperations, withdrawAgainOperations } from '../../api/sdk.gen.js';
import type { OpenFinding } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { RowTable, type Column } from '../shell/row-table.js';
import { ActButton } from './act-button.js';
import { AwayServices } from './away-services.js';
import { SecondOrder } from './second-order.js';
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
  const columns: Column<Row>[] = [
    { title: t('provider.name'), show: ({ provider }) => provider },
    {
      title: t('finding.kind'),
      show: ({ kind, secondOrders }) => (
        <>
          {t(`finding.is.${kind}`)}
          {secondOrders.map((second) => (
            <SecondOrder key={second.reference} second={second} />
          ))}
        </>
      ),
    },
    { title: t('operation.since'), show: ({ at }) => shanghaiTime(at) },
    { title: t('operation.request'), show: ({ requestId }) => requestId },
    {
      title: t('column.act'),
      show: ({ service, id, kind, provider, secondOrders }) => (
        <Flex gap={4} wrap>
          {secondOrders.some(({ state }) => state === 'given-up') && (
            <ActButton
              label={t('withdrawAgain.act')}
              question={t('withdrawAgain.question', { provider })}
              meaning={t('withdrawAgain.meaning')}
              call={() => withdrawAgainOperations({ path: { service, id } })}
            />
          )}
          <ActButton
            label={t('close.act')}
            question={t('close.question', { finding: t(`finding.is.${kind}`) })}
            meaning={t('close.meaning')}
            call={() => closeOperations({ path: { service, id } })}
          />
        </Flex>
      ),
    },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      <RowTable<Row>
        label={t('tab.findings')}
        rowKey="id"
        pageSize={20}
        loading={isPending && rows.length === 0}
        columns={columns}
        rows={rows}
        empty={t('finding.none')}
      />
    </>
  );
}
