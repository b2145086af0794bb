import { Flex } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { startRepublish, summaryOperators } from '../../api/sdk.gen.js';
import type { ServiceSummary } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import { RowTable, type Column } from '../shell/row-table.js';
import { ActButton } from './act-button.js';
import { AwayServices } from './away-services.js';
import { PUBLISHERS, SERVICES, type Service } from './services.js';
import { Sparkline } from './sparkline.js';
import { TrackingRebuild } from './tracking-rebuild.js';
import { useEach } from './use-each.js';

const SAMPLES = 60;

interface Row {
  service: Service;
  data: ServiceSummary;
  rates: readonly number[];
}

const rateOf = ({ handled }: ServiceSummary): number =>
  handled.reduce((sum, { perSecond }) => sum + perSecond, 0);

const secondsSince = ({ at, unsentSince }: ServiceSummary): number =>
  unsentSince ? Math.max(0, Math.round((Date.parse(at) - Date.parse(unsentSince)) / 1_000)) : 0;

/** What each service handles a second, and what waits. */
export function FlowTab() {
  const { t } = useTranslation('operations');
  const { answers, errors, isPending } = useEach('summary', SERVICES, (service) =>
    dataOf(summaryOperators({ path: { service } })),
  );
  const courses = useCourses(answers);
  const requests = answers
    .find(({ service }) => service === 'routing')
    ?.data.handled.find(({ topic }) => topic === 'dossiers');
  const columns: Column<Row>[] = [
    { title: t('flow.service'), show: ({ service }) => t(`service.${service}`) },
    {
      title: t('flow.rate'),
      show: ({ service, data, rates }) => (
        <Flex gap="small" align="center">
          {rateOf(data).toFixed(1)}
          <Sparkline values={rates} label={t('flow.course', { service: t(`service.${service}`) })} />
        </Flex>
      ),
    },
    { title: t('flow.unsent'), show: ({ data }) => data.unsent },
    {
      title: t('flow.oldest'),
      show: ({ data }) => t('seconds', { count: secondsSince(data) }),
    },
    {
      title: t('flow.unread'),
      show: ({ data }) =>
        data.oldestUnreadSeconds !== null && t('seconds', { count: Math.round(data.oldestUnreadSeconds) }),
    },
    { title: t('flow.parked'), show: ({ data }) => data.parked },
    {
      title: t('column.act'),
      show: ({ service }) =>
        PUBLISHERS.includes(service) && (
          <ActButton
            label={t('republish.act')}
            question={t('republish.question', { service: t(`service.${service}`) })}
            meaning={t('republish.meaning')}
            call={() => startRepublish({ path: { service } })}
          />
        ),
    },
  ];
  return (
    <>
      <AwayServices errors={errors} />
      {requests && <p>{t('flow.requests', { rate: requests.perSecond.toFixed(1) })}</p>}
      <RowTable<Row>
        label={t('tab.flow')}
        rowKey="service"
        loading={isPending && answers.length === 0}
        columns={columns}
        rows={answers.map((answer) => ({ ...answer, rates: courses[answer.service] ?? [] }))}
      />
      <p className="hint">{t('flow.hint')}</p>
      <TrackingRebuild />
    </>
  );
}

/** The last samples of each service's rate, one for each answer. */
function useCourses(answers: { service: Service; data: ServiceSummary }[]) {
  const [courses, setCourses] = useState<Partial<Record<Service, readonly number[]>>>({});
  const [seen, setSeen] = useState<Partial<Record<Service, string>>>({});
  const fresh = answers.filter(({ service, data }) => seen[service] !== data.at);
  if (fresh.length > 0) {
    setSeen({ ...seen, ...Object.fromEntries(fresh.map(({ service, data }) => [service, data.at])) });
    const added = fresh.map(({ service, data }) => [
      service,
      [...(courses[service] ?? []), rateOf(data)].slice(-SAMPLES),
    ]);
    setCourses({ ...courses, ...Object.fromEntries(added) });
  }
  return courses;
}
