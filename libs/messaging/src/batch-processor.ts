import { Injectable, Logger } from '@nestjs/common';
import { topicNamed, type RequestEvent } from '@lianban/contracts';
import { Clock, kindOf } from '@lianban/service-kit';
import { DataSource, type EntityManager } from 'typeorm';
import { backoffMs } from './failures.js';
import { firstSights } from './inbox.js';
import { park } from './parked.js';
import { decode, InvalidMessage, type DecodedMessage, type RawMessage } from './message.js';
import { Checkpoints } from './checkpoints.js';
import { PendingEvents, Transaction, type UnitOfWork } from './transaction.js';

export type Handle = (events: RequestEvent[], work: UnitOfWork) => Promise<void>;

/** The handlers of a service by wire type, as Nest hands them to a transport. */
export type Handlers = Map<string, Handle>;

/** A failure that outlives so many tries is the message's own fault after all. */
const CONTENTION_BUDGET = 8;
const DAY = 86_400_000;

/** The database is away or busy: nothing was done, try the same chunk again after `delay` ms. */
export class RetryBatch extends Error {
  constructor(
    readonly delay: number,
    override readonly cause: unknown,
  ) {
    super('the chunk could not be handled now');
  }
}

interface Attempt {
  manager: EntityManager;
  said: PendingEvents;
}

/**
 * Handles a chunk of records in one transaction: inbox, handler, outbox. A chunk that fails is taken apart inside its
 * transaction, so that only the guilty message is parked and every good one is done.
 */
@Injectable()
export class BatchProcessor {
  private readonly logger = new Logger('BatchProcessor');

  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly clock: Clock,
    private readonly steps: Checkpoints,
  ) {}

  /**
   * Takes records in their order; `settle` writes with the same transaction what the transport must remember.
   * `failures` counts earlier tries of this chunk. Throws {@link RetryBatch}; nothing else is the caller's concern.
   */
  async handle<R extends RawMessage>(
    handlers: Handlers,
    take: (manager: EntityManager) => Promise<R[]>,
    settle: (manager: EntityManager, taken: R[]) => Promise<void>,
    failures = 0,
  ): Promise<number> {
    try {
      return await this.inOneGo(handlers, take, settle, false);
    } catch (error) {
      const kind = kindOf(error);
      if (kind === 'away' || (kind === 'contended' && failures < CONTENTION_BUDGET))
        throw this.tryAgain(failures, error);
    }
    try {
      return await this.inOneGo(handlers, take, settle, true);
    } catch (error) {
      throw this.tryAgain(failures, error);
    }
  }

  private tryAgain(failures: number, error: unknown): RetryBatch {
    this.logger.warn(`a chunk failed and will be tried again: ${(error as Error).message}`);
    return new RetryBatch(backoffMs(failures + 1), error);
  }

  private async inOneGo<R extends RawMessage>(
    handlers: Handlers,
    take: (manager: EntityManager) => Promise<R[]>,
    settle: (manager: EntityManager, taken: R[]) => Promise<void>,
    careful: boolean,
  ): Promise<number> {
    const said = new PendingEvents();
    let xid: bigint | undefined;
    const count = await this.dataSource
      .transaction(async (manager) => {
        const taken = await take(manager);
        if (taken.length === 0) return 0;
        const fresh = await this.readFresh(manager, taken, handlers);
        const attempt = { manager, said };
        await (careful ? this.takeApart(fresh, handlers, attempt) : this.dispatch(fresh, handlers, attempt));
        await this.steps.reach('handled');
        xid = await said.write(manager);
        await settle(manager, taken);
        return taken.length;
      })
      .catch((error: unknown) => {
        said.failed();
        throw error;
      });
    if (count > 0) await this.steps.reach('handler-committed');
    said.committed(xid);
    return count;
  }

  /** Parks what cannot be read, drops what was seen before or concerns nobody here, and answers the rest. */
  private async readFresh(
    manager: EntityManager,
    taken: RawMessage[],
    handlers: Handlers,
  ): Promise<DecodedMessage[]> {
    const readable: DecodedMessage[] = [];
    for (const from of taken) {
      try {
        const record = decode(from);
        if (!record || !handlers.has(record.type)) continue;
        this.refuseTooOld(record);
        readable.push(record);
      } catch (error) {
        if (!(error instanceof InvalidMessage)) throw error;
        await park(manager, from, error.reason, error.message);
      }
    }
    const fresh = await firstSights(manager, readable);
    return readable.filter(({ id }) => fresh.delete(id));
  }

  private refuseTooOld({ from, time }: DecodedMessage): void {
    const term = topicNamed(from.topic)?.days ?? 14;
    const age = this.clock.now().getTime() - time.getTime();
    if (age > term * DAY) throw new InvalidMessage('too-old', `older than the ${term} days of its topic`);
  }

  /** What goes to one handler keeps its order, and is one call of it. */
  private async dispatch(
    records: DecodedMessage[],
    handlers: Handlers,
    { manager, said }: Attempt,
  ): Promise<void> {
    const work = this.transaction.workOn(manager, said);
    const runs = new Map<Handle, RequestEvent[]>();
    for (const { type, event } of records) {
      const handle = handlers.get(type)!;
      const run = runs.get(handle);
      if (run) run.push(event);
      else runs.set(handle, [event]);
    }
    for (const [handle, events] of runs) await handle(events, work);
  }

  /** Halves a failing run until the guilty message stands alone; a savepoint undoes each failed try. */
  private async takeApart(records: DecodedMessage[], handlers: Handlers, attempt: Attempt): Promise<void> {
    if (records.length === 0) return;
    const { said } = attempt;
    const [wereSaid, wereToDo] = [said.records.length, said.acts.length];
    await attempt.manager.query('savepoint chunk');
    try {
      await this.dispatch(records, handlers, attempt);
      await attempt.manager.query('release savepoint chunk');
    } catch (error) {
      if (kindOf(error) === 'away') throw error;
      said.cutTo(wereSaid, wereToDo);
      await attempt.manager.query('rollback to savepoint chunk; release savepoint chunk');
      if (records.length === 1) return this.parkGuilty(records[0]!, error, attempt);
      const middle = records.length >> 1;
      await this.takeApart(records.slice(0, middle), handlers, attempt);
      await this.takeApart(records.slice(middle), handlers, attempt);
    }
  }

  private async parkGuilty({ from }: DecodedMessage, error: unknown, { manager }: Attempt): Promise<void> {
    const { name, message } = error as Error;
    this.logger.error(`parked ${from.sourcePosition}: ${name}`);
    await park(manager, from, 'handler-failed', `${name}: ${message}`);
  }
}
