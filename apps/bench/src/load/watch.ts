import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Mark } from './jobs.js';

/** So many of the open requests are looked at in one query, the oldest first. */
const MOST = 200;
/** Nothing has moved for so long: what is still open will not come. */
const PATIENCE_MS = 120_000;

// What tracking shows of a job is its last snapshot; asking its tables for many at once costs it no HTTP.
const REACHED = `select request_id as id from tracking.snapshot
  where half = (select current from tracking.projection) and request_id = any($1::uuid[])
    and source = any($2::text[]) and body->>'state' = any($3::text[])
  group by request_id having count(*) = $4`;

/** Looks in tracking's tables for the requests that have come so far. */
export class Watch {
  private readonly open = new Map<string, (at: number) => void>();
  private isClosing = false;
  private moved = 0;

  private constructor(
    private readonly client: pg.Client,
    private readonly mark: Mark,
    private readonly lookEvery: number,
    private readonly now: () => number,
  ) {}

  static async begin(database: string, mark: Mark, lookEvery: number, now: () => number): Promise<Watch> {
    const client = new pg.Client(database);
    await client.connect();
    return new Watch(client, mark, lookEvery, now);
  }

  expect(requestId: string, reached: (at: number) => void): void {
    this.open.set(requestId, reached);
  }

  /** No more will be expected: ends when all have come, or none came for two minutes. */
  finish(): void {
    this.isClosing = true;
  }

  get missing(): number {
    return this.open.size;
  }

  async run(): Promise<void> {
    this.moved = this.now();
    while (!this.isClosing || (this.open.size > 0 && this.now() - this.moved < PATIENCE_MS)) {
      const isMore = this.open.size > 0 && (await this.look());
      if (!isMore) await pause(this.lookEvery);
    }
    await this.client.end();
  }

  /** Answers whether there is more to be seen at once. */
  private async look(): Promise<boolean> {
    const ids = this.oldest();
    const { utilities, states } = this.mark;
    const { rows } = await this.client.query<{ id: string }>({
      name: 'reached',
      text: REACHED,
      values: [ids, utilities, states, utilities.length],
    });
    const at = this.now();
    for (const { id } of rows) {
      this.open.get(id)!(at);
      this.open.delete(id);
    }
    if (rows.length > 0) this.moved = at;
    return rows.length === MOST;
  }

  private oldest(): string[] {
    const ids: string[] = [];
    for (const id of this.open.keys()) if (ids.push(id) === MOST) break;
    return ids;
  }
}
