import { setTimeout as pause } from 'node:timers/promises';
import { FAULTS, type InjectableKind } from '../faults/faults.js';
import type { Fault } from '../faults/fault.js';
import type { ChaosStack } from '../stack/chaos-stack.js';
import { SESSION_TIMEOUT_MS } from '../stack/environment.js';
import { Caller } from '../load/caller.js';
import { normalAfter, normalSince } from '../load/normal.js';
import { Probe } from '../load/probe.js';
import { Results } from '../results.js';
import type { Bench, Row } from './goal.js';

const DISK_MEGABYTES = 3_072;
const WARM_UP_MS = 5_000;
const BASELINE_MS = 6_000;
/** Normal for so long is normal again. */
const STEADY_MS = 4_000;
const TIMEOUT_MS = 90_000;
const SECOND_MS = 1_000;

interface FaultCase {
  name: string;
  kind: InjectableKind;
  fault: Fault;
  /** ms; none is asked of some. */
  bar?: number;
  /** Counted from the moment when it was healed, not when it fell. */
  fromRecovery?: boolean;
}

const killOf = (service: string, bar: number): FaultCase => ({
  name: `kill ${service}`,
  kind: 'kill',
  fault: { target: `${service}.1`, durationMs: 0, parameters: { at: 'once' } },
  bar,
});
const SERVICES = ['intake', 'routing', 'adapter-water', 'tracking'];
const FAULT_CASES: readonly FaultCase[] = [
  ...SERVICES.map((service) => killOf(service, SESSION_TIMEOUT_MS + 3 * SECOND_MS)),
  {
    name: 'stop routing',
    kind: 'stop',
    fault: { target: 'routing.1', durationMs: SESSION_TIMEOUT_MS + SECOND_MS },
  },
  { name: 'kafka', kind: 'kafka', fault: { durationMs: 0 }, bar: 15 * SECOND_MS, fromRecovery: true },
  { name: 'postgres', kind: 'postgres', fault: { durationMs: 0 }, bar: 15 * SECOND_MS, fromRecovery: true },
  {
    name: 'network kafka',
    kind: 'network',
    fault: {
      target: 'kafka',
      durationMs: 3 * SECOND_MS,
      parameters: { effect: 'drop', milliseconds: 0, share: 1, seed: 1 },
    },
    fromRecovery: true,
  },
  {
    name: 'clock tracking',
    kind: 'clock',
    fault: { target: 'tracking.1', durationMs: 8 * SECOND_MS, parameters: { shift: 3_600_000 } },
    fromRecovery: true,
  },
  {
    name: 'disk postgres',
    kind: 'disk',
    fault: { target: 'postgres', durationMs: 2 * SECOND_MS },
    fromRecovery: true,
  },
  {
    name: 'disk kafka',
    kind: 'disk',
    fault: { target: 'kafka', durationMs: 2 * SECOND_MS },
    fromRecovery: true,
  },
];

/** R2: how long after each kind of fault everything is as fast as before, with two instances of each service. */
export async function recover(bench: Bench, perSecond: number): Promise<Row[]> {
  const results = new Results('recovery');
  const stack = await bench.open({
    logFolder: results.logs,
    instancesEach: 2,
    stageMs: 0,
    diskMegabytes: DISK_MEGABYTES,
    proxied: ['kafka'],
  });
  const probe = new Probe(new Caller(stack.url, stack.issuer), perSecond);
  const probing = probe.run();
  try {
    await pause(WARM_UP_MS);
    const rows: Row[] = [];
    for (const faultCase of FAULT_CASES) {
      bench.print(faultCase.name);
      rows.push(await recoverFrom(stack, probe, faultCase));
    }
    results.write('summary.json', { rows, samples: probe.samples });
    return rows;
  } finally {
    probe.end();
    await probing;
    await stack.stop();
  }
}

async function recoverFrom(
  stack: ChaosStack,
  probe: Probe,
  { name, kind, fault, bar, fromRecovery }: FaultCase,
): Promise<Row> {
  await stack.untilReady();
  const quietFrom = Date.now();
  await pause(BASELINE_MS);
  const before = probe.samples.filter(({ from, until }) => from >= quietFrom && until < Infinity);
  const goal = `R2 ${name}`;
  const expected = bar ? `≤ ${bar / SECOND_MS} s` : 'none';
  const due = (probe.perSecond * BASELINE_MS) / SECOND_MS;
  if (before.length < due / 2) {
    const figure = `not measured: ${before.length} of the ${due.toFixed(0)} requests before the fault were accepted by then; a lower --rate is needed`;
    return { goal, figure, bar: expected, holds: false };
  }
  const limit = normalAfter(before);
  const injectedAt = Date.now();
  const notTried = await FAULTS[kind].inject(stack, fault);
  const recoveredAt = Date.now();
  if (notTried) return { goal, figure: `not tried: ${notTried}`, bar: 'none', holds: true };
  const since = await untilNormal(probe, limit, injectedAt);
  const elapsedMs = since && Math.max(0, since - (fromRecovery ? recoveredAt : injectedAt));
  const result =
    elapsedMs === undefined
      ? `not within ${TIMEOUT_MS / SECOND_MS} s`
      : `${(elapsedMs / SECOND_MS).toFixed(1)} s`;
  return {
    goal,
    figure: `${result} ${fromRecovery ? 'after it was over' : 'after the fault'}; normal is within ${limit.toFixed(0)} ms`,
    bar: expected,
    holds: elapsedMs !== undefined && elapsedMs <= (bar ?? Infinity),
  };
}

async function untilNormal(probe: Probe, limit: number, injectedAt: number): Promise<number | undefined> {
  for (let now = Date.now(); now < injectedAt + TIMEOUT_MS; now = Date.now()) {
    const since = normalSince(probe.samples, limit, injectedAt, now);
    if (since !== undefined && now > since + STEADY_MS + limit && now > injectedAt + STEADY_MS + limit)
      return since;
    await pause(250);
  }
  return undefined;
}
