import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Mark } from './jobs.js';
import { hasReached } from './reached.js';

/** So many of the open requests are looked at in one query, round and round. */
const MAX_PER_QUERY = 200;
/** Looking may take a fifth of PostgreSQL's time on one connection, not more: it is the load's own doing. */
const PAUSE_FACTOR = 4;

// What tracking shows is the newest status; asking its table for those of many at once costs it no HTTP.
const NEWER_SQL = `select v.request_id as id, v.version, v.body
  from unnest($1::uuid[], $2::int[]) seen(id, version) join tracking.request_view v on v.request_id = seen.id
  where v.generation = (select generation from tracking.projection) and v.version > seen.version`;

interface Awaited {
  reached(at: number): void;
  /** Version of the last status looked at. */
  version: number;
}

export interface WatchOptions {
  database: string;
  mark: Mark;
  /** Milliseconds from one look to the next, at least. */
  checkEveryMs: number;
  /** Nothing has come for so many milliseconds: what is still open will not come. */
  timeoutMs: number;
  now(): number;
}

/** Looks in tracking's table for the requests that have come so far. */
export class Watch {
  private readonly open = new Map<string, Awaited>();
  private round = this.open.keys();
  private isClosing = false;
  private moved = 0;

  private constructor(
    private readonly client: pg.Client,
    private readonly options: WatchOptions,
  ) {}

  static async begin(options: WatchOptions): Promise<Watch> {
    const client = new pg.Client(options.database);
    await client.connect();
    return new Watch(client, options);
  }

  expect(requestId: string, reached: (at: number) => void): void {
    this.open.set(requestId, { reached, version: 0 });
  }

  /** No more will be expected: ends when all have come, or patience is over. */
  finish(): void {
    this.isClosing = true;
  }

  get missing(): number {
    return this.open.size;
  }

  async run(): Promise<void> {
    const { now, checkEveryMs, timeoutMs } = this.options;
    this.moved = now();
    while (!this.isClosing || (this.open.size > 0 && now() - this.moved < timeoutMs)) {
      const from = now();
      const came = this.open.size > 0 ? await this.poll() : 0;
      const isMore = came > MAX_PER_QUERY / 2;
      if (!isMore) await pause(Math.max(checkEveryMs, PAUSE_FACTOR * (now() - from)));
    }
    await this.client.end();
  }

  /** Answers how many have come. */
  private async poll(): Promise<number> {
    const ids = this.some();
    const { rows } = await this.client.query<{ id: string; version: number; body: string }>({
      name: 'newer',
      text: NEWER_SQL,
      values: [ids, ids.map((id) => this.open.get(id)!.version)],
    });
    const at = this.options.now();
    let came = 0;
    for (const { id, version, body } of rows) {
      const awaited = this.open.get(id)!;
      awaited.version = version;
      if (!hasReached(body, this.options.mark)) continue;
      awaited.reached(at);
      this.open.delete(id);
      came += 1;
    }
    if (came > 0) this.moved = at;
    return came;
  }

  /** Those after the ones looked at before, from the oldest again when all were. */
  private some(): string[] {
    const ids: string[] = [];
    while (ids.length < MAX_PER_QUERY) {
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
