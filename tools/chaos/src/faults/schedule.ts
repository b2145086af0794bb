import { Random } from '../random.js';
import type { Fault, Scope } from './fault.js';
import { FAULTS, type InjectableKind } from './faults.js';

export interface ScheduledFault extends Fault {
  kind: InjectableKind;
  /** It is injected when so many requests have been begun. */
  at: number;
}

/** Requests to a fault, beyond one of each kind. */
const REQUESTS_PER_FAULT = 100;
const EARLIEST_SHARE = 0.05;
const LATEST_SHARE = 0.9;
/** These are short and tell much; one restart of everything is enough for a run. */
const FREQUENT_KINDS: readonly InjectableKind[] = [
  'kill',
  'kill',
  'kill',
  'stop',
  'network',
  'network',
  'postgres',
  'kafka',
];

/** Which faults a stack gets, in their order: the same for the same seed, number of requests and kinds. */
export function scheduleOf(
  seed: number,
  requests: number,
  kinds: readonly InjectableKind[],
  scope: Scope,
): ScheduledFault[] {
  const random = new Random(`${seed} faults`);
  const frequent = FREQUENT_KINDS.filter((kind) => kinds.includes(kind));
  const more = Math.max(0, Math.floor(requests / REQUESTS_PER_FAULT) - kinds.length);
  const chosen = [
    ...kinds,
    ...Array.from({ length: frequent.length > 0 ? more : 0 }, () => random.pick(frequent)),
  ];
  return chosen
    .map((kind) => ({
      kind,
      at: Math.floor(requests * (EARLIEST_SHARE + (LATEST_SHARE - EARLIEST_SHARE) * random.next())),
      ...FAULTS[kind].choose(random, scope),
    }))
    .toSorted((a, b) => a.at - b.at);
}
