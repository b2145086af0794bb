import type { Outcome, FaultsForm, Reporting } from './faults.forms.js';

export interface Faults {
  down: boolean;
  delayMs: number;
  takeAfterMs: number;
  failWith?: number;
  failTimes?: number;
  loseAnswers?: number | true;
  dedupe: boolean;
  reports: Reporting;
  lateMs: number;
  outcome: Outcome;
  reason?: string;
  items?: string[];
  refuseWithdrawals: boolean;
  stageMs: number;
  tokenMs?: number;
  diskFull: boolean;
  readOnly: boolean;
  cutAfterBytes?: number;
}

const defaults = (dedupe: boolean, stageMs: number): Faults => ({
  down: false,
  delayMs: 0,
  takeAfterMs: 0,
  dedupe,
  reports: 'normal',
  lateMs: 5_000,
  outcome: 'complete',
  refuseWithdrawals: false,
  stageMs,
  diskFull: false,
  readOnly: false,
});

/** The faults of each provider. Not kept across a restart: a restarted simulator has none. */
export class FaultSettings {
  private readonly given = new Map<string, Partial<Faults>>();
  private readonly current = new Map<string, Faults>();

  /** @param dedupes which providers honour the operation id as a key */
  constructor(
    private readonly dedupes: ReadonlyMap<string, boolean>,
    private readonly stageMs: number,
  ) {
    this.reset();
  }

  has(id: string) {
    return this.current.has(id);
  }

  of(id: string): Faults {
    return this.current.get(id)!;
  }

  all(): Record<string, Faults> {
    return Object.fromEntries(this.current);
  }

  change(id: string, form: FaultsForm): Faults {
    const merged = Object.entries({ ...this.given.get(id), ...form });
    return this.store(id, Object.fromEntries(merged.filter(([, value]) => value !== null)));
  }

  reset() {
    for (const id of this.dedupes.keys()) this.store(id, {});
  }

  /** The status to fail this call with, if it is to fail; uses up one of `failTimes`. */
  failure(id: string): number | undefined {
    const { failWith, failTimes } = this.of(id);
    if (failWith === undefined || failTimes === undefined) return failWith;
    this.change(id, failTimes > 1 ? { failTimes: failTimes - 1 } : { failWith: null, failTimes: null });
    return failWith;
  }

  /** Is this answer to be lost? Uses up one of `loseAnswers`. */
  losesAnswer(id: string): boolean {
    const { loseAnswers } = this.of(id);
    if (typeof loseAnswers !== 'number') return loseAnswers === true;
    this.change(id, { loseAnswers: loseAnswers > 1 ? loseAnswers - 1 : null });
    return true;
  }

  private store(id: string, given: Partial<Faults>): Faults {
    const faults = { ...defaults(this.dedupes.get(id)!, this.stageMs), ...given };
    this.given.set(id, given);
    this.current.set(id, faults);
    return faults;
  }
}
