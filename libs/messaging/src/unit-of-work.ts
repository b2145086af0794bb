import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@lianban/service-kit';
import type { RequestEvent } from '@lianban/contracts';
import type { Client } from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { Checkpoints, type Checkpoint } from './checkpoints.js';
import { encode, type OutgoingMessage } from './message.js';
import { SERVICE } from './messaging.config.js';
import { insertRows } from './outbox/outbox-table.js';
import { Outbox, type OutboxRow } from './outbox/outbox.js';
import { MessageTraces } from './tracing/message-traces.js';

/** What a use case or a handler works with: one connection, and the way to publish what it did. */
export interface UnitOfWork {
  manager: EntityManager;
  /**
   * Adds events to the outbox of this very transaction.
   * @throws MessageTooLarge
   */
  publish(events: RequestEvent | readonly RequestEvent[]): void;
  /** Calls `act` once the transaction has committed, or `otherwise` where it never will; neither may fail, and both are lost with the process. */
  onCommit(act: () => void, otherwise?: () => void): void;
  /** The time of this transaction, the same for all of it. */
  now: Date;
}

interface CommitHook {
  act(): void;
  otherwise?(): void;
}

/** What a transaction publishes with its commit, and what is called after it. */
export class PendingEvents {
  readonly messages: OutgoingMessage[] = [];
  readonly hooks: CommitHook[] = [];

  /** Takes back what came after so many messages and hooks. */
  rollbackTo(messages: number, hooks: number): void {
    this.messages.length = messages;
    for (const { otherwise } of this.hooks.splice(hooks)) otherwise?.();
  }

  afterCommit(): void {
    this.hooks.forEach(({ act }) => act());
  }

  /** The transaction was rolled back, or nobody knows. */
  afterRollback(): void {
    this.rollbackTo(0, 0);
  }
}

/** PostgreSQL answered COMMIT with ROLLBACK: a statement had failed and its error was swallowed. */
export class RolledBack extends Error {
  constructor() {
    super('the transaction had failed before its commit');
  }
}

/** Saving and publishing are one act: rows and outbox rows commit together, or neither does. */
@Injectable()
export class Transaction {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly checkpoints: Checkpoints,
    private readonly outbox: Outbox,
    private readonly traces: MessageTraces,
    @Inject(SERVICE) private readonly service: string,
  ) {}

  async run<T>(act: (work: UnitOfWork) => Promise<T>): Promise<T> {
    return this.execute('committed', act);
  }

  /** As `run`, for who also takes back what a part of the transaction has published. */
  async execute<T>(
    committed: Checkpoint,
    act: (work: UnitOfWork, pending: PendingEvents) => Promise<T>,
  ): Promise<T> {
    const pending = new PendingEvents();
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as Client;
      const begun = begin(runner, client);
      const result = await act(this.workOn(runner.manager, pending), pending).catch(
        async (error: unknown) => {
          await client.query('rollback').catch(() => {});
          throw error;
        },
      );
      await begun;
      await this.commit(client, pending, committed);
      return result;
    } catch (error) {
      pending.afterRollback();
      throw error;
    } finally {
      await runner.release();
    }
  }

  private async commit(client: Client, pending: PendingEvents, committed: Checkpoint): Promise<void> {
    const { messages } = pending;
    const process = messages.length > 0 ? this.outbox.reserve(messages) : undefined;
    const endSpans = this.traces.create(messages);
    let rows: OutboxRow[];
    try {
      rows = await insertAndCommit(client, messages, process);
    } catch (error) {
      endSpans(error);
      if (process !== undefined) this.outbox.release(messages);
      throw error;
    }
    endSpans();
    await this.checkpoints.reach(committed);
    if (process !== undefined) this.outbox.send(rows);
    pending.afterCommit();
  }

  private workOn(manager: EntityManager, pending: PendingEvents): UnitOfWork {
    const now = this.clock.now();
    const publish = (events: RequestEvent | readonly RequestEvent[]): void => {
      for (const event of [events].flat() as RequestEvent[])
        pending.messages.push(encode(event, this.service, now));
    };
    return {
      manager,
      publish,
      now,
      onCommit: (act, otherwise) => void pending.hooks.push({ act, otherwise }),
    };
  }
}

/** Travels with the first statement of the transaction; TypeORM opens none of its own inside. */
function begin(runner: QueryRunner, client: Client): Promise<unknown> {
  Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
  const begun = client.query('begin');
  begun.catch(() => {});
  return begun;
}

/** One round trip. A transaction that failed answers COMMIT with ROLLBACK and no error. */
async function insertAndCommit(
  client: Client,
  messages: readonly OutgoingMessage[],
  process?: number,
): Promise<OutboxRow[]> {
  const inserting = messages.length > 0 ? insertRows(client, messages, process) : [];
  const [inserted, committed] = await Promise.allSettled([inserting, client.query('commit')]);
  if (inserted.status === 'rejected') throw inserted.reason;
  if (committed.status === 'rejected') throw committed.reason;
  if (committed.value.command !== 'COMMIT') throw new RolledBack();
  return inserted.value;
}
