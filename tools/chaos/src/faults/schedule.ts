import { Random } from '../random.js';
import type { Injury, Scope } from './fault.js';
import { FAULTS, type StrikingKind } from './faults.js';

export interface Blow extends Injury {
  kind: StrikingKind;
  /** It falls when so many requests have been begun. */
  at: number;
}

/** Requests to a blow, beyond one of each kind. */
const REQUESTS_TO_A_BLOW = 100;
const FIRST = 0.05;
const LAST = 0.9;
/** These are short and tell much; one restart of everything is enough for a run. */
const OFTEN: readonly StrikingKind[] = [
  'kill',
  'kill',
  'kill',
  'stop',
  'network',
  'network',
  'postgres',
  'kafka',
];

/** Which blows fall on a house, in their order: the same for the same seed, number of requests and kinds. */
export function scheduleOf(
  seed: number,
  requests: number,
  kinds: readonly StrikingKind[],
  scope: Scope,
): Blow[] {
  const random = new Random(`${seed} faults`);
  const often = OFTEN.filter((kind) => kinds.includes(kind));
  const more = Math.max(0, Math.floor(requests / REQUESTS_TO_A_BLOW) - kinds.length);
  const chosen = [...kinds, ...Array.from({ length: often.length > 0 ? more : 0 }, () => random.pick(often))];
  return chosen
    .map((kind) => ({
      kind,
      at: Math.floor(requests * (FIRST + (LAST - FIRST) * random.next())),
      ...FAULTS[kind].choose(random, scope),
    }))
    .toSorted((a, b) => a.at - b.at);
}
