import { useTranslation } from 'react-i18next';
import { actsOperators } from '../../api/sdk.gen.js';
import type { OperatorAct } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { shanghaiTime } from '../shell/dates.js';
import { RowTable, type Column } from '../shell/row-table.js';
import { nameOfAct } from './act-names.js';
import { AwayServices } from './away-services.js';
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
  const columns: Column<Row>[] = [
    { title: t('trace.at'), show: ({ at }) => shanghaiTime(at) },
    { title: t('trace.operator'), show: ({ operator }) => operator },
    { title: t('flow.service'), show: ({ service }) => t(`service.${service}`) },
    { title: t('trace.act'), show: ({ act }) => <ActName act={act} /> },
    { title: t('trace.about'), show: ({ parameters }) => Object.values(parameters).join(' ') },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      <RowTable<Row>
        label={t('tab.acts')}
        rowKey={({ service, at, act }) => `${service} ${at} ${act}`}
        pageSize={20}
        loading={isPending && rows.length === 0}
        columns={columns}
        rows={rows}
        empty={t('trace.none')}
      />
    </>
  );
}

function ActName({ act }: { act: string }) {
  const { t } = useTranslation('operations');
  const name = nameOfAct(act);
  return name ? t(`trace.did.${name}`) : act;
}
