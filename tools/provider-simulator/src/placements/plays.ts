import type { OrderBook } from '../orders/order-book.js';
import type { Postbox } from '../reports/postbox.js';
import type { Narrator } from './narrator.js';
import type { Placement } from './placement.js';

const BREATHER_MS = 1_000;

/** Lets every placement go its way, one report after another. */
export class Plays {
  private readonly timers = new Map<Placement, NodeJS.Timeout>();
  private isOver = false;

  constructor(
    private readonly narrator: Narrator,
    private readonly postbox: Postbox,
    private readonly orders: OrderBook,
  ) {}

  /** Sees to it that what is written is posted, and that the next report comes in its time; a withdrawal is answered at once. */
  goOn(placement: Placement) {
    if (this.isOver) return;
    void this.postbox.send(placement);
    clearTimeout(this.timers.get(placement));
    this.timers.delete(placement);
    if (this.narrator.next(placement)) this.timers.set(placement, this.timerFor(placement));
  }

  stop() {
    this.isOver = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private timerFor(placement: Placement) {
    const isPressing = placement.withdrawal === 'asked';
    const stageMs = isPressing ? 0 : this.orders.of(placement.provider).stageMs;
    return setTimeout(() => this.step(placement), this.postbox.isFull ? BREATHER_MS : stageMs);
  }

  private step(placement: Placement) {
    const news = this.postbox.isFull ? undefined : this.narrator.next(placement);
    if (news) this.narrator.report(placement, news);
    this.goOn(placement);
  }
}
