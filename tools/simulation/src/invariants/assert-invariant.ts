/** Every promise that is looked at, in one sentence. */
export const INVARIANTS = {
  'same-key': 'the same key gives the same receipt',
  'kept-for-ever': 'every receipt that was given is one request',
  'effect-once': 'a provider sees the effect of each operation exactly once',
  'doubles-found': 'what a freeze doubled is found and shown to an operator',
  'body-frozen': 'what may have been sent is never told otherwise under the same key',
  'never-backwards': 'a status that was seen never goes backwards',
  'state-table': 'a job moves only as the state table says',
  'one-in-hand': 'a placement has one operation in hand',
  'newest-speaks': 'a superseded attempt never speaks for its job',
  'versions-rise': 'the versions of each publisher rise',
  'newest-kept': 'a reader keeps the highest version',
  'older-not-applied':
    'a report older than the last applied changes nothing, unless it ends the job or refuses a withdrawal',
  'newest-heard': 'what a provider told last of the state of a job is not taken for old',
  'refused-changes-nothing': 'a refused withdrawal changes no state',
  'answered-once': 'each thing that a correction asks for is answered once',
  'answered-in-time': 'an answer given in time never lapses',
  'everything-ends': 'every request ends or is visibly parked with an owner',
  'nothing-left': 'nothing is left on its way',
  'tracking-true': 'tracking shows what the owners know',
  'told-once': 'every fact that somebody must be told reaches the status, once',
  'old-attempt-let-go': 'a superseded attempt is let go, or somebody is told',
  'provider-heard': 'a job ends as its provider said',
  'no-fault': 'no decision fails but by a named refusal',
} as const;
export type InvariantName = keyof typeof INVARIANTS;

/** A promise of the system did not hold. */
export class InvariantBroken extends Error {
  constructor(
    readonly invariant: InvariantName,
    readonly detail: string,
  ) {
    super(`${INVARIANTS[invariant]}: ${detail}`);
  }
}

export function assertInvariant(invariant: InvariantName, holds: boolean, detail: () => string): void {
  if (!holds) throw new InvariantBroken(invariant, detail());
}
