import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Fate } from '../journal/entries.js';
import type { Ledger } from '../journal/ledger.js';
import type { OrderBook } from '../orders/order-book.js';
import type { Narrator } from '../placements/narrator.js';
import type { Placement } from '../placements/placement.js';
import { postLetter } from './post-letter.js';
import type { Letter } from './report.js';
import { Slots } from './slots.js';

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
const MOST_BUSY = 20_000;

interface Means {
  ledger: Ledger;
  orders: OrderBook;
  dispatcher: Dispatcher;
  connections: number;
  narrator: Narrator;
  secretOf(provider: string): string;
}

/** Posts each placement's reports one after another, until each is received or refused. */
export class Postbox {
  private readonly busy = new Set<Placement>();
  private readonly closing = new AbortController();
  private readonly slots: Slots;

  constructor(private readonly means: Means) {
    this.slots = new Slots(means.connections);
  }

  /** So many placements have reports to post that no new ones should be written. */
  get isFull() {
    return this.busy.size >= MOST_BUSY;
  }

  /** Sends what the placement has to tell, unless that is being done. */
  async send(placement: Placement): Promise<void> {
    if (this.busy.has(placement)) return;
    this.busy.add(placement);
    try {
      for (let next = this.next(placement); next.length > 0; next = this.next(placement))
        for (const letter of next) await this.deliver(placement, letter);
    } catch (error) {
      if (!this.closing.signal.aborted) throw error;
    } finally {
      this.busy.delete(placement);
    }
  }

  close() {
    this.closing.abort();
  }

  private next(placement: Placement): Letter[] {
    const { letters, provider } = placement;
    if (this.means.orders.of(provider).reports !== 'out-of-order') return letters.slice(0, 1);
    const isAlone = letters.length === 1 && this.means.narrator.next(placement) !== undefined;
    return isAlone ? [] : letters.slice(0, 2).reverse();
  }

  private async deliver(placement: Placement, letter: Letter) {
    const { provider } = placement;
    const { reports, lateMs } = this.means.orders.of(provider);
    if (reports === 'late') await this.wait(Date.parse(letter.report.at) + lateMs - Date.now());
    const fate = reports === 'never' ? 'kept-back' : await this.insist(placement, letter);
    if (reports === 'twice' && fate === 'received') await this.insist(placement, letter);
    this.closing.signal.throwIfAborted();
    const entry = { provider, placement: placement.placement, letter: letter.id, fate };
    this.means.ledger.record({ entry: 'posted', ...entry });
  }

  private async insist(placement: Placement, letter: Letter): Promise<Fate> {
    for (let backoff = FIRST_BACKOFF_MS; ; backoff = Math.min(backoff * 2, LONGEST_BACKOFF_MS)) {
      const reception = await this.slots.use(() => this.attempt(placement, letter));
      if (reception === 'received') return 'received';
      if (reception === 'refused') return 'given-up';
      await this.wait(backoff);
    }
  }

  private async attempt({ provider, callback }: Placement, letter: Letter) {
    const { down, reports } = this.means.orders.of(provider);
    if (down) return 'not-received';
    const stamp = { secret: this.means.secretOf(provider), isSpoiled: reports === 'wrong-schema' };
    return postLetter(this.means.dispatcher, callback, letter, stamp);
  }

  private async wait(ms: number) {
    this.closing.signal.throwIfAborted();
    if (ms > 0) await pause(ms, undefined, { signal: this.closing.signal });
  }
}
