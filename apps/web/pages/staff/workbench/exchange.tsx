import { Collapse, Descriptions } from 'antd';
import { useTranslation } from 'react-i18next';
import type { JobInFull, KeptReport, SentOperation } from '../../api/types.gen.js';
import { shanghaiTime } from '../shell/dates.js';

/** What the provider's own system was told and what it reported, as it stands. */
export function Exchange({ found: { operations, reports } }: { found: JobInFull }) {
  const { t } = useTranslation('workbench');
  if (operations.length + reports.length === 0) return null;
  const entries = [
    ...operations.map((operation) => ({ at: operation.since, operation })),
    ...reports.map((report) => ({ at: report.at, report })),
  ].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return (
    <section aria-labelledby="exchange-title">
      <h2 id="exchange-title">{t('exchange.title')}</h2>
      <Collapse
        items={entries.map((entry, place) => ({
          key: place,
          label: `${shanghaiTime(entry.at)} ${
            'operation' in entry
              ? `${t(`kind.${entry.operation.kind}`)}: ${t(`delivery.${entry.operation.status}`)}`
              : t('exchange.report')
          }`,
          children:
            'operation' in entry ? <Sent operation={entry.operation} /> : <Received report={entry.report} />,
        }))}
      />
    </section>
  );
}

function Sent({ operation: { id, tries, lastError } }: { operation: SentOperation }) {
  const { t } = useTranslation('workbench');
  return (
    <Descriptions
      size="small"
      column={1}
      items={[
        { key: 'id', label: t('exchange.id'), children: id },
        { key: 'tries', label: t('exchange.tries'), children: tries },
        ...(lastError ? [{ key: 'error', label: t('exchange.error'), children: lastError }] : []),
      ]}
    />
  );
}

function Received({ report: { report, notApplied } }: { report: KeptReport }) {
  const { t } = useTranslation('workbench');
  return (
    <>
      {notApplied && <p>{t(`notApplied.${notApplied}`)}</p>}
      <pre tabIndex={0}>{JSON.stringify(report, null, 2)}</pre>
    </>
  );
}
