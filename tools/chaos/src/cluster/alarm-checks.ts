import { setTimeout as pause } from 'node:timers/promises';
import { NOTICE_OF_2027 } from '@lianban/testing';
import { Caller } from '../load/caller.js';
import { RegistrationLoad } from '../load/registration-load.js';
import { RequestLog } from '../load/request-log.js';
import { Random } from '../random.js';
import { READY_SECONDS, row, type Check } from './check.js';
import type { Cluster } from './cluster.js';
import { Monitoring } from './monitoring.js';

const MAX_SECONDS = 300;
/** What a fault may still bring after its own alert. */
const AFTERWARDS_MS = 20_000;

interface Fault {
  name: string;
  /** The alerts that must come, and no other may. */
  alerts: readonly string[];
  cause(cluster: Cluster): Promise<unknown>;
  mend(cluster: Cluster): Promise<unknown>;
}

const scaling =
  (name: string, replicas: number) =>
  async (cluster: Cluster): Promise<void> => {
    await cluster.call(['scale', `deployment/${name}`, `--replicas=${replicas}`]);
    if (replicas > 0) await cluster.untilAvailable(READY_SECONDS);
  };

const FAULTS: readonly Fault[] = [
  {
    name: 'the calendar ends',
    alerts: ['LianbanCalendarEnds'],
    cause: () => Promise.resolve(),
    mend: async (cluster) => {
      for (const name of await cluster.deployments())
        await operate(cluster, `${name.split('/')[1]}/calendar`, NOTICE_OF_2027);
    },
  },
  {
    name: 'a provider is away',
    alerts: ['LianbanProviderAway'],
    cause: async (cluster) => {
      await cluster.setFaults('jinan-gas', { down: true });
      await register(cluster, 20);
    },
    mend: (cluster) => cluster.setFaults('jinan-gas', { down: null }),
  },
  {
    name: 'a consumer is stopped',
    alerts: ['LianbanServiceDown'],
    cause: scaling('routing', 0),
    mend: scaling('routing', 2),
  },
  {
    name: 'a message is parked',
    alerts: ['LianbanMessagesParked'],
    cause: (cluster) =>
      cluster.asAdmin('lianban', (admin) =>
        admin.query(`insert into tracking.parked_message (source_position, topic, headers, reason, detail)
          values ('drill', 'lianban.status', '{}', 'undecodable', 'planted')`),
      ),
    mend: (cluster) =>
      cluster.asAdmin('lianban', (admin) =>
        admin.query(`delete from tracking.parked_message where source_position = 'drill'`),
      ),
  },
  {
    name: 'Kafka is away',
    alerts: ['LianbanDependencyAway', 'LianbanEventsUnsent'],
    cause: async (cluster) => {
      await scaling('kafka', 0)(cluster);
      await register(cluster, 5);
    },
    mend: scaling('kafka', 1),
  },
];

/** Real alerts of a real Prometheus: the right ones and no others, and they end after mending. */
export const raisesAlarms: Check = async (cluster, { prometheus, alertmanager, print }) => {
  const wrong: string[] = [];
  const monitoring = await Monitoring.start(cluster, prometheus, alertmanager);
  /** Nothing but what the first fault is about may be told of at the start. */
  let known = new Set(['LianbanCalendarEnds']);
  try {
    for (const { name, alerts, cause, mend } of FAULTS) {
      await cause(cluster);
      const raised = await monitoring.until(
        (firing) => alerts.every((each) => firing.has(each)),
        MAX_SECONDS,
      );
      await pause(AFTERWARDS_MS);
      const others = [...(await monitoring.firing())].filter(
        (each) => !alerts.includes(each) && !known.has(each),
      );
      await mend(cluster);
      known = new Set();
      const ended = await monitoring.until((firing) => !alerts.some((each) => firing.has(each)), MAX_SECONDS);
      print(
        `${name}: ${alerts.join(', ')} after ${raised ?? 'never'} s, others: ${others.join(', ') || 'none'}, over ${ended ?? 'never'} s after mending`,
      );
      if (raised === undefined || ended === undefined || others.length > 0) wrong.push(name);
    }
  } finally {
    await monitoring.stop();
  }
  return row(
    '20 alarms',
    `${FAULTS.length} faults, ${wrong.length} told otherwise than they should be ${wrong.join(', ')}`,
    `0, each ≤ ${MAX_SECONDS} s`,
    wrong.length === 0,
  );
};

async function register(cluster: Cluster, count: number): Promise<void> {
  const runId = `drill-${Date.now()}`;
  const caller = new Caller(cluster.url, cluster);
  const load = new RegistrationLoad(caller, new RequestLog(), new Random(runId), runId);
  await load.run({ count, perSecond: 5, clients: 5, repeated: 0 });
}

async function operate(cluster: Cluster, path: string, body: object): Promise<void> {
  const call = {
    endpoint: 'POST /v1/ops/:service/:what',
    path: `/v1/ops/${path}`,
    as: 'operator',
    body,
  } as const;
  const { status, text } = await new Caller(cluster.url, cluster).call(call);
  if (status >= 300) throw new Error(`${path} was answered ${status}: ${text.slice(0, 200)}`);
}
