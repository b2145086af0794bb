import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Mark } from './jobs.js';

/** So many of the open requests are looked at in one query, round and round. */
const MOST = 200;
/** Looking may take a fifth of PostgreSQL's time on one connection, not more: it is the load's own doing. */
const REST = 4;

// What tracking shows of a job is its last snapshot; asking its tables for many at once costs it no HTTP.
const REACHED = `select request_id as id from tracking.snapshot
  where half = (select current from tracking.projection) and request_id = any($1::uuid[])
    and source = any($2::text[]) and body->>'state' = any($3::text[])
  group by request_id having count(*) = $4`;

export interface WatchWishes {
  database: string;
  mark: Mark;
  /** Milliseconds from one look to the next, at least. */
  lookEvery: number;
  /** Nothing has come for so many milliseconds: what is still open will not come. */
  patience: number;
  now(): number;
}

/** Looks in tracking's tables for the requests that have come so far. */
export class Watch {
  private readonly open = new Map<string, (at: number) => void>();
  private round = this.open.keys();
  private isClosing = false;
  private moved = 0;

  private constructor(
    private readonly client: pg.Client,
    private readonly wishes: WatchWishes,
  ) {}

  static async begin(wishes: WatchWishes): Promise<Watch> {
    const client = new pg.Client(wishes.database);
    await client.connect();
    return new Watch(client, wishes);
  }

  expect(requestId: string, reached: (at: number) => void): void {
    this.open.set(requestId, reached);
  }

  /** No more will be expected: ends when all have come, or patience is over. */
  finish(): void {
    this.isClosing = true;
  }

  get missing(): number {
    return this.open.size;
  }

  async run(): Promise<void> {
    const { now, lookEvery, patience } = this.wishes;
    this.moved = now();
    while (!this.isClosing || (this.open.size > 0 && now() - this.moved < patience)) {
      const from = now();
      const came = this.open.size > 0 ? await this.look() : 0;
      const isMore = came > MOST / 2;
      if (!isMore) await pause(Math.max(lookEvery, REST * (now() - from)));
    }
    await this.client.end();
  }

  /** Answers how many have come. */
  private async look(): Promise<number> {
    const { utilities, states } = this.wishes.mark;
    const { rows } = await this.client.query<{ id: string }>({
      name: 'reached',
      text: REACHED,
      values: [this.some(), utilities, states, utilities.length],
    });
    const at = this.wishes.now();
    for (const { id } of rows) {
      this.open.get(id)!(at);
      this.open.delete(id);
    }
    if (rows.length > 0) this.moved = at;
    return rows.length;
  }

  /** Those after the ones looked at before, from the oldest again when all were. */
  private some(): string[] {
    const ids: string[] = [];
    while (ids.length < MOST) {
      const { value, done } = this.round.next();
      if (done) {
        this.round = this.open.keys();
        break;
      }
      ids.push(value);
    }
    return ids;
  }
}
