import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

type Unit = 's' | 'short' | 'reqps' | 'percentunit' | 'dateTimeFromNow';
type Panel = [title: string, unit: Unit, legend: string, expr: string];

const REQUESTS = 'http_request_duration_seconds';
const quantile = (share: number, metric: string, by: string, where = ''): string =>
  `histogram_quantile(${share}, sum by (le, ${by}) (rate(${metric}_bucket${where}[5m])))`;

/** What an operator looks at, by dashboard. */
export const DASHBOARDS: Record<string, { title: string; ofService?: boolean; panels: Panel[] }> = {
  requests: {
    title: 'Lianban: flow of requests',
    panels: [
      [
        'Registrations, by answer',
        'reqps',
        '{{status}}',
        `sum by (status) (rate(${REQUESTS}_count{service="intake",route="/v1/requests"}[5m]))`,
      ],
      [
        'Registration, 99 of 100 take less',
        's',
        '{{service}}',
        quantile(0.99, REQUESTS, 'service', '{service="intake",route="/v1/requests"}'),
      ],
      [
        'Reading a status, 99 of 100 take less',
        's',
        '{{service}}',
        quantile(0.99, REQUESTS, 'service', '{service="tracking",route="/v1/track/:receipt"}'),
      ],
      [
        'Registrations refused, by reason',
        'reqps',
        '{{reason}}',
        'sum by (reason) (rate(lianban_load_shed_total[5m]))',
      ],
      [
        'Requests that run, by age in days',
        'short',
        'older than {{older_than_days}}',
        'max by (older_than_days) (lianban_open_requests)',
      ],
      [
        'From event to handling, 99 of 100 take less',
        's',
        '{{service}} {{topic}}',
        quantile(0.99, 'lianban_message_age_seconds', 'service, topic'),
      ],
    ],
  },
  providers: {
    title: 'Lianban: providers',
    panels: [
      ['Left alone', 'short', '{{provider}}', 'max by (provider) (lianban_provider_circuit_open)'],
      [
        'Operations not taken',
        'short',
        '{{provider}} {{state}}',
        'max by (provider, state) (lianban_operations)',
      ],
      [
        'Calls, by what came of them',
        'reqps',
        '{{provider}} {{outcome}}',
        'sum by (provider, outcome) (rate(lianban_provider_call_seconds_count[5m]))',
      ],
      [
        'A call, 99 of 100 take less',
        's',
        '{{provider}}',
        quantile(0.99, 'lianban_provider_call_seconds', 'provider'),
      ],
      [
        'Not heard of for',
        's',
        '{{provider}}',
        'time() - max by (provider) (lianban_provider_last_heard_timestamp_seconds)',
      ],
      [
        'Parked operations',
        'short',
        '{{provider}}',
        'max by (provider) (lianban_operations{state="parked"})',
      ],
    ],
  },
  delivery: {
    title: 'Lianban: delivery of events',
    panels: [
      ['Oldest unsent event', 's', '{{service}}', 'max by (service) (lianban_outbox_oldest_seconds)'],
      [
        'Oldest unread event',
        's',
        '{{service}} {{topic}}',
        'max by (service, topic) (lianban_oldest_unread_seconds)',
      ],
      [
        'Messages handled',
        'reqps',
        '{{service}} {{topic}} {{outcome}}',
        'sum by (service, topic, outcome) (rate(lianban_messages_handled_total[5m]))',
      ],
      ['Parked messages', 'short', '{{service}}', 'max by (service) (lianban_parked_messages)'],
      [
        'Rows sent from the table',
        'reqps',
        '{{service}}',
        'sum by (service) (rate(lianban_outbox_swept_total[5m]))',
      ],
      [
        'Since the consumer fetched',
        's',
        '{{service}}',
        'time() - min by (service) (lianban_consumer_last_fetch_timestamp_seconds)',
      ],
    ],
  },
  database: {
    title: 'Lianban: database and other dependencies',
    panels: [
      [
        'Dependencies that can be used',
        'short',
        '{{service}} {{dependency}}',
        'min by (service, dependency) (lianban_dependency_up)',
      ],
      [
        'Statements that wait for a connection',
        'short',
        '{{service}}',
        'max by (service) (lianban_pool_waiting)',
      ],
      ['Answers 503', 'reqps', '{{service}}', `sum by (service) (rate(${REQUESTS}_count{status="503"}[5m]))`],
      [
        'Days until a certificate ends',
        'short',
        '{{service}} {{file}}',
        '(min by (service, file) (lianban_certificate_expiry_timestamp_seconds) - time()) / 86400',
      ],
      [
        'Days until the announced calendar ends',
        'short',
        '{{service}}',
        '(min by (service) (lianban_calendar_last_day_timestamp_seconds) - time()) / 86400',
      ],
    ],
  },
  service: {
    title: 'Lianban: one service',
    ofService: true,
    panels: [
      [
        'Requests, by route and answer',
        'reqps',
        '{{method}} {{route}} {{status}}',
        `sum by (method, route, status) (rate(${REQUESTS}_count{service="$service"}[5m]))`,
      ],
      [
        'A request, 99 of 100 take less',
        's',
        '{{route}}',
        quantile(0.99, REQUESTS, 'route', '{service="$service"}'),
      ],
      [
        'Messages handled',
        'reqps',
        '{{topic}} {{outcome}}',
        'sum by (topic, outcome) (rate(lianban_messages_handled_total{service="$service"}[5m]))',
      ],
      ['Oldest unsent and parked', 'short', 'parked', 'max(lianban_parked_messages{service="$service"})'],
      [
        'Versions that run',
        'short',
        '{{version}}',
        'count by (version) (lianban_build_info{service="$service"})',
      ],
    ],
  },
};

/** Each as Grafana reads it: path in the repository → JSON. */
export const dashboardFiles = (): Record<string, string> =>
  Object.fromEntries(
    Object.keys(DASHBOARDS).map((name) => [
      `observability/dashboards/${name}.json`,
      `${JSON.stringify(build(name), null, 2)}\n`,
    ]),
  );

function build(name: string) {
  const { title, ofService, panels } = DASHBOARDS[name]!;
  const dashboard = new DashboardBuilder(title)
    .uid(`lianban-${name}`)
    .tags(['lianban'])
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .withVariable(new DatasourceVariableBuilder('datasource').type('prometheus'));
  if (ofService)
    dashboard.withVariable(
      new QueryVariableBuilder('service')
        .datasource(SOURCE)
        .query('label_values(lianban_build_info, service)'),
    );
  for (const [head, unit, legend, expr] of panels)
    dashboard.withPanel(
      new PanelBuilder()
        .title(head)
        .unit(unit)
        .datasource(SOURCE)
        .withTarget(new DataqueryBuilder().expr(expr).legendFormat(legend)),
    );
  return dashboard.build();
}

const SOURCE = { type: 'prometheus', uid: '${datasource}' };
