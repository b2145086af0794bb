import { setTimeout as pause } from 'node:timers/promises';
import { FAULTS, type StrikingKind } from '../faults/faults.js';
import type { Injury } from '../faults/fault.js';
import type { ChaosHouse } from '../house/chaos-house.js';
import { SESSION_TIMEOUT } from '../house/environment.js';
import { Caller } from '../load/caller.js';
import { normalAfter, normalSince } from '../load/normal.js';
import { Pulse } from '../load/pulse.js';
import { Results } from '../results.js';
import type { Bench, Row } from './goal.js';

const DISK_MEGABYTES = 3_072;
const WARM = 5_000;
const QUIET = 6_000;
/** Normal for so long is normal again. */
const CALM = 4_000;
const PATIENCE = 90_000;
const SECOND = 1_000;

interface Wound {
  name: string;
  kind: StrikingKind;
  injury: Injury;
  /** ms; none is asked of some. */
  bar?: number;
  /** Counted from the moment when it was healed, not when it fell. */
  fromHealed?: boolean;
}

const killOf = (service: string, bar: number): Wound => ({
  name: `kill ${service}`,
  kind: 'kill',
  injury: { target: `${service}.1`, lasts: 0, how: { at: 'once' } },
  bar,
});
const SERVICES = ['intake', 'routing', 'adapter-water', 'tracking'];
const WOUNDS: readonly Wound[] = [
  ...SERVICES.map((service) => killOf(service, SESSION_TIMEOUT + 3 * SECOND)),
  { name: 'stop routing', kind: 'stop', injury: { target: 'routing.1', lasts: SESSION_TIMEOUT + SECOND } },
  { name: 'kafka', kind: 'kafka', injury: { lasts: 0 }, bar: 15 * SECOND, fromHealed: true },
  { name: 'postgres', kind: 'postgres', injury: { lasts: 0 }, bar: 15 * SECOND, fromHealed: true },
  {
    name: 'network kafka',
    kind: 'network',
    injury: {
      target: 'kafka',
      lasts: 3 * SECOND,
      how: { harm: 'swallow', milliseconds: 0, share: 1, seed: 1 },
    },
    fromHealed: true,
  },
  {
    name: 'clock tracking',
    kind: 'clock',
    injury: { target: 'tracking.1', lasts: 8 * SECOND, how: { shift: 3_600_000 } },
    fromHealed: true,
  },
  {
    name: 'disk postgres',
    kind: 'disk',
    injury: { target: 'postgres', lasts: 2 * SECOND },
    fromHealed: true,
  },
  { name: 'disk kafka', kind: 'disk', injury: { target: 'kafka', lasts: 2 * SECOND }, fromHealed: true },
];

/** R2: how long after each kind of blow everything is as fast as before, with two instances of each service. */
export async function recover(bench: Bench, perSecond: number): Promise<Row[]> {
  const results = new Results('recovery');
  const house = await bench.open({
    logFolder: results.logs,
    instancesEach: 2,
    stageMs: 0,
    diskMegabytes: DISK_MEGABYTES,
    proxied: ['kafka'],
  });
  const pulse = new Pulse(new Caller(house.url, house.issuer), perSecond);
  const beating = pulse.run();
  try {
    await pause(WARM);
    const rows: Row[] = [];
    for (const wound of WOUNDS) {
      bench.say(wound.name);
      rows.push(await heal(house, pulse, wound));
    }
    results.write('summary.json', { rows, beats: pulse.beats });
    return rows;
  } finally {
    pulse.end();
    await beating;
    await house.stop();
  }
}

async function heal(
  house: ChaosHouse,
  pulse: Pulse,
  { name, kind, injury, bar, fromHealed }: Wound,
): Promise<Row> {
  await house.untilReady();
  const quietFrom = Date.now();
  await pause(QUIET);
  const before = pulse.beats.filter(({ from, until }) => from >= quietFrom && until < Infinity);
  const goal = `R2 ${name}`;
  const wanted = bar ? `≤ ${bar / SECOND} s` : 'none';
  const due = (pulse.perSecond * QUIET) / SECOND;
  if (before.length < due / 2) {
    const figure = `not measured: ${before.length} of the ${due.toFixed(0)} requests before the blow were accepted by then; a lower --rate is needed`;
    return { goal, figure, bar: wanted, holds: false };
  }
  const limit = normalAfter(before);
  const struckAt = Date.now();
  const notTried = await FAULTS[kind].strike(house, injury);
  const healedAt = Date.now();
  if (notTried) return { goal, figure: `not tried: ${notTried}`, bar: 'none', holds: true };
  const since = await untilNormal(pulse, limit, struckAt);
  const took = since && Math.max(0, since - (fromHealed ? healedAt : struckAt));
  const told = took === undefined ? `not within ${PATIENCE / SECOND} s` : `${(took / SECOND).toFixed(1)} s`;
  return {
    goal,
    figure: `${told} ${fromHealed ? 'after it was healed' : 'after the blow'}; normal is within ${limit.toFixed(0)} ms`,
    bar: wanted,
    holds: took !== undefined && took <= (bar ?? Infinity),
  };
}

async function untilNormal(pulse: Pulse, limit: number, struckAt: number): Promise<number | undefined> {
  for (let now = Date.now(); now < struckAt + PATIENCE; now = Date.now()) {
    const since = normalSince(pulse.beats, limit, struckAt, now);
    if (since !== undefined && now > since + CALM + limit && now > struckAt + CALM + limit) return since;
    await pause(250);
  }
  return undefined;
}
