/** Every invariant that is checked, in one sentence. */
export const INVARIANTS = {
  'one-receipt-per-key': 'the same key gives the same receipt',
  'receipts-last': 'every receipt that was given is one request',
  'effect-once': 'a provider sees the effect of each operation exactly once',
  'doubles-found': 'what a freeze doubled is found and shown to an operator',
  'body-frozen': 'what may have been sent is never sent with another body under the same key',
  'never-backwards': 'a status that was seen never goes backwards',
  'state-table': 'a job moves only as the state table says',
  'one-open-operation': 'a placement has one open operation',
  'newest-speaks': 'a superseded attempt never speaks for its job',
  'versions-rise': 'the versions of each publisher rise',
  'newest-kept': 'a reader keeps the highest version',
  'older-not-applied':
    'a report older than the last applied changes nothing, unless it ends the job or refuses a withdrawal',
  'newest-applied': 'the newest report of a state is not taken for an old one',
  'refused-changes-nothing': 'a refused withdrawal changes no state',
  'answered-once': 'each thing that a correction asks for is answered once',
  'answered-in-time': 'an answer given in time never lapses',
  'everything-ends': 'every request ends or is visibly parked with an owner',
  'nothing-left': 'nothing is left on its way',
  'tracking-true': 'tracking shows what the owners know',
  'reported-once': 'every fact that somebody must learn reaches the status, once',
  'old-attempt-let-go': 'a superseded attempt is let go, or there is a finding',
  'provider-agrees': 'a job ends as its provider reported',
  'no-fault': 'no decision fails but by a named refusal',
} as const;
export type InvariantName = keyof typeof INVARIANTS;

/** An invariant of the system did not hold. */
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
