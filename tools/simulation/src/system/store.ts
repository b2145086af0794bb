import { topicOf, type RequestEvent } from '@lianban/contracts';
import type { Fault } from '../steps.js';

/** What a service said with a commit, on its way to its readers. */
export interface OutboxRow {
  id: string;
  requestId: string;
  topic: string;
  type: string;
  body: string;
}

/** The process died in the middle of a step; nothing after that point happened. */
export class Killed extends Error {}

/** A transaction under way: it sees its own writes, and nobody else does. */
export class UnitOfWork {
  readonly rows = new Map<string, unknown>();
  readonly published: RequestEvent[] = [];
  readonly onCommit: (() => void)[] = [];

  constructor(private readonly store: Store) {}

  get<T>(key: string): T | undefined {
    return (this.rows.has(key) ? this.rows.get(key) : this.store.rows.get(key)) as T | undefined;
  }

  /** Rows are replaced and never changed in place. */
  put(key: string, row: unknown): void {
    this.rows.set(key, row);
  }

  afterCommit(act: () => void): void {
    this.onCommit.push(act);
  }

  /** These rows of the transaction, by their keys. */
  rowsOf(keys: readonly string[]) {
    return {
      get: (key: string) => this.get<string>(key),
      set: (key: string, row: string) => this.put(key, row),
      keys: () => keys,
    };
  }

  /** As a service sees it; what is stored in memory needs no connection. */
  at(now: Date) {
    return {
      manager: undefined as never,
      now,
      publish: (events: RequestEvent | readonly RequestEvent[]) =>
        void this.published.push(...([events].flat() as RequestEvent[])),
      onCommit: (act: () => void) => this.afterCommit(act),
    };
  }
}

/** The database of one service: rows and outbox change together or not at all. */
export class Store {
  readonly rows = new Map<string, unknown>();
  /** Rows of the outbox that are not relayed yet, by request. */
  readonly outbox = new Map<string, OutboxRow[]>();
  private count = 0;

  constructor(
    readonly service: string,
    private readonly onEvent: (event: RequestEvent) => void,
  ) {}

  begin(): UnitOfWork {
    return new UnitOfWork(this);
  }

  /** @throws Killed where the fault says so, before or after the commit */
  async run<T>(fault: Fault | undefined, act: (unitOfWork: UnitOfWork) => T | Promise<T>): Promise<T> {
    const unitOfWork = this.begin();
    const result = await act(unitOfWork);
    if (fault === 'killed-before-commit') throw new Killed();
    this.commit(unitOfWork);
    if (fault === 'killed-after-commit') throw new Killed();
    return result;
  }

  private commit({ rows, published, onCommit }: UnitOfWork): void {
    for (const [key, row] of rows) this.rows.set(key, row);
    for (const event of published) {
      const unsent = this.outbox.get(event.requestId) ?? [];
      this.outbox.set(event.requestId, [...unsent, this.rowOf(event)]);
      this.onEvent(event);
    }
    for (const act of onCommit) act();
  }

  private rowOf(event: RequestEvent): OutboxRow {
    const { requestId, constructor } = event;
    const id = `${this.service} ${(this.count += 1)}`;
    return { id, requestId, topic: topicOf(event), type: constructor.name, body: JSON.stringify(event) };
  }
}
