import type { Outcome, OrdersForm, Reporting } from './orders.forms.js';

export interface Orders {
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
}

const normal = (dedupe: boolean, stageMs: number): Orders => ({
  down: false,
  delayMs: 0,
  takeAfterMs: 0,
  dedupe,
  reports: 'normal',
  lateMs: 5_000,
  outcome: 'complete',
  refuseWithdrawals: false,
  stageMs,
});

/** How each provider behaves now. Not kept across a restart: a restarted simulator behaves well. */
export class OrderBook {
  private readonly given = new Map<string, Partial<Orders>>();
  private readonly current = new Map<string, Orders>();

  /** @param dedupes who honours the operation id as key of itself */
  constructor(
    private readonly dedupes: ReadonlyMap<string, boolean>,
    private readonly stageMs: number,
  ) {
    this.reset();
  }

  knows(id: string) {
    return this.current.has(id);
  }

  of(id: string): Orders {
    return this.current.get(id)!;
  }

  all(): Record<string, Orders> {
    return Object.fromEntries(this.current);
  }

  change(id: string, form: OrdersForm): Orders {
    const merged = Object.entries({ ...this.given.get(id), ...form });
    return this.settle(id, Object.fromEntries(merged.filter(([, value]) => value !== null)));
  }

  reset() {
    for (const id of this.dedupes.keys()) this.settle(id, {});
  }

  /** The status to fail this call with, if it shall fail; spends one of `failTimes`. */
  failure(id: string): number | undefined {
    const { failWith, failTimes } = this.of(id);
    if (failWith === undefined || failTimes === undefined) return failWith;
    this.change(id, failTimes > 1 ? { failTimes: failTimes - 1 } : { failWith: null, failTimes: null });
    return failWith;
  }

  /** Shall this answer be lost? Spends one of `loseAnswers`. */
  losesAnswer(id: string): boolean {
    const { loseAnswers } = this.of(id);
    if (typeof loseAnswers !== 'number') return loseAnswers === true;
    this.change(id, { loseAnswers: loseAnswers > 1 ? loseAnswers - 1 : null });
    return true;
  }

  private settle(id: string, given: Partial<Orders>): Orders {
    const orders = { ...normal(this.dedupes.get(id)!, this.stageMs), ...given };
    this.given.set(id, given);
    this.current.set(id, orders);
    return orders;
  }
}
