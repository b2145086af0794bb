import { Injectable, Logger } from '@nestjs/common';
import type { RequestEvent } from '@lianban/contracts';
import { Clock, classifyDatabaseError } from '@lianban/service-kit';
import { Checkpoints } from '../checkpoints.js';
import { backoffMs } from '../failures.js';
import { MessagingMetrics } from '../messaging-metrics.js';
import { InvalidMessage, type DecodedMessage, type RawMessage } from '../message.js';
import { MessageTraces } from '../tracing/message-traces.js';
import { Transaction, type PendingEvents, type UnitOfWork } from '../unit-of-work.js';
import type { Handle, Handlers, RecordReader } from './handlers.js';
import { park, type Parking } from './parked-table.js';

/** A failure that outlives so many tries is the message's own fault after all. */
const MAX_CONTENTION_RETRIES = 8;

/** The database is away or busy: nothing was done, the same batch is to be tried again after `delay` ms. */
export class RetryBatch extends Error {
  constructor(
    readonly delay: number,
    override readonly cause: unknown,
  ) {
    super('the batch could not be handled now');
  }
}

interface Batch {
  messages: DecodedMessage[];
  /** Messages that nobody can read. */
  unreadable: Parking[];
  handlers: Handlers;
}

interface Scope {
  /** Messages whose handler fails, however they are tried. */
  failed: DecodedMessage[];
  work: UnitOfWork;
  pending: PendingEvents;
  handlers: Handlers;
}

/**
 * Handles a batch of messages in one transaction. A batch that fails is bisected inside its transaction, so that only the
 * guilty message is parked and every good one is handled. What comes twice is handled twice: versions guard.
 */
@Injectable()
export class BatchProcessor {
  private readonly logger = new Logger('BatchProcessor');

  constructor(
    private readonly transaction: Transaction,
    private readonly clock: Clock,
    private readonly checkpoints: Checkpoints,
    private readonly metrics: MessagingMetrics,
    private readonly traces: MessageTraces,
  ) {}

  /**
   * Handles messages in their order; `failures` counts earlier tries of this batch.
   * @throws RetryBatch and nothing else
   */
  async handle(reader: RecordReader, raw: readonly RawMessage[], failures = 0): Promise<void> {
    const batch = decodeAll(reader, raw);
    if (batch.messages.length + batch.unreadable.length === 0) return;
    await this.traces.process(batch.messages, () => this.handleBatch(batch, failures));
  }

  /** Like `handle`; answers when the batch is to be tried again, undefined where it is done. */
  tryHandle(
    reader: RecordReader,
    raw: readonly RawMessage[],
    failures: number,
  ): Promise<RetryBatch | undefined> {
    return this.handle(reader, raw, failures).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof RetryBatch) return error;
        throw error;
      },
    );
  }

  private async handleBatch(batch: Batch, failures: number): Promise<void> {
    try {
      await this.process(batch, (messages, scope) => this.dispatch(messages, scope));
      return this.note(batch);
    } catch (error) {
      const kind = classifyDatabaseError(error);
      if (kind === 'away' || (kind === 'contended' && failures < MAX_CONTENTION_RETRIES))
        throw this.retry(failures, error);
    }
    try {
      const failed: DecodedMessage[] = [];
      await this.process(batch, (messages, scope) => this.bisect(messages, { ...scope, failed }));
      this.note(batch, failed);
    } catch (error) {
      throw this.retry(failures, error);
    }
  }

  private note({ messages, unreadable }: Batch, failed: readonly DecodedMessage[] = []): void {
    const oldest = new Map<string, { count: number; time: number }>();
    for (const message of messages) {
      const { from, time } = message;
      if (failed.includes(message)) continue;
      const known = oldest.get(from.topic);
      if (known) known.count += 1;
      else oldest.set(from.topic, { count: 1, time: time.getTime() });
    }
    const now = this.clock.now().getTime();
    for (const [topic, { count, time }] of oldest)
      this.metrics.noteHandled(topic, count, (now - time) / 1_000);
    for (const { from } of [...unreadable, ...failed]) this.metrics.noteParked(from.topic);
  }

  private retry(failures: number, error: unknown): RetryBatch {
    this.logger.warn(`a batch failed and will be tried again: ${(error as Error).message}`);
    return new RetryBatch(backoffMs(failures + 1), error);
  }

  private process(
    { messages, unreadable, handlers }: Batch,
    dispatch: (messages: DecodedMessage[], scope: Scope) => Promise<void>,
  ): Promise<void> {
    return this.transaction.execute('handler-committed', async (work, pending) => {
      if (unreadable.length > 0) await park(work.manager, unreadable);
      if (messages.length > 0) await dispatch(messages, { work, pending, handlers, failed: [] });
      await this.checkpoints.reach('handled');
    });
  }

  /** What goes to one handler keeps its order, and is one call of it. */
  private async dispatch(messages: DecodedMessage[], { work, handlers }: Scope): Promise<void> {
    const calls = new Map<Handle, RequestEvent[]>();
    for (const { type, event } of messages) {
      const handle = handlers.get(type)!;
      const events = calls.get(handle);
      if (events) events.push(event);
      else calls.set(handle, [event]);
    }
    for (const [handle, events] of calls) await handle(events, work);
  }

  /** Halves a failing batch until the guilty message is alone; a savepoint undoes each failed try. */
  private async bisect(messages: DecodedMessage[], scope: Scope): Promise<void> {
    const { pending, work } = scope;
    const [sentBefore, hooksBefore] = [pending.messages.length, pending.hooks.length];
    await work.manager.query('savepoint batch');
    try {
      await this.dispatch(messages, scope);
      await work.manager.query('release savepoint batch');
    } catch (error) {
      if (classifyDatabaseError(error) === 'away') throw error;
      pending.rollbackTo(sentBefore, hooksBefore);
      await work.manager.query('rollback to savepoint batch; release savepoint batch');
      if (messages.length === 1) {
        scope.failed.push(messages[0]!);
        return this.parkFailed(messages[0]!, error, work);
      }
      const middle = messages.length >> 1;
      await this.bisect(messages.slice(0, middle), scope);
      await this.bisect(messages.slice(middle), scope);
    }
  }

  private async parkFailed({ from }: DecodedMessage, error: unknown, { manager }: UnitOfWork): Promise<void> {
    const { name, message } = error as Error;
    this.logger.error(`parked ${from.sourcePosition}: ${name}`);
    const parking =
      error instanceof InvalidMessage
        ? { reason: error.reason, detail: message }
        : { reason: 'handler-failed', detail: `${name}: ${message}` };
    await park(manager, [{ from, ...parking }]);
  }
}

/** Leaves out what nobody here handles, and what is in the batch before. */
function decodeAll(reader: RecordReader, raw: readonly RawMessage[]): Batch {
  const messages = new Map<string, DecodedMessage>();
  const unreadable: Parking[] = [];
  for (const from of raw) {
    try {
      const message = reader.decode(from);
      if (message) messages.set(message.id, message);
    } catch (error) {
      if (!(error instanceof InvalidMessage)) throw error;
      unreadable.push({ from, reason: error.reason, detail: error.message });
    }
  }
  return { messages: [...messages.values()], unreadable, handlers: reader.handlers };
}
