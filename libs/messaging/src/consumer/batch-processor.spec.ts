import type { MessageTraces } from '../tracing/message-traces.js';
import { Clock, Metrics } from '@lianban/service-kit';
import { aSnapshot, POISON, TestSnapshot } from '@lianban/testing';
import type { EntityManager } from 'typeorm';
import { Checkpoints } from '../checkpoints.js';
import { MessagingMetrics } from '../messaging-metrics.js';
import { decode, encode, headersOf, type OutgoingMessage, type RawMessage } from '../message.js';
import { PendingEvents, type Transaction, type UnitOfWork } from '../unit-of-work.js';
import { BatchProcessor, RetryBatch } from './batch-processor.js';
import type { Handlers } from './handlers.js';

const AWAY = 'the database goes away when this comes again';
const TYPE = encode(aSnapshot(), 'routing', new Date()).type;

function toRaw(event: TestSnapshot, position: string): RawMessage {
  const message = encode(event, 'routing', new Date());
  return {
    topic: message.topic,
    sourcePosition: position,
    headers: headersOf(message),
    key: message.key,
    body: message.body,
  };
}

/** A transaction over a database of rows in memory that knows savepoints; it fails as often as it is told to. */
class FakeDatabase {
  stored: number[] = [];
  parked: string[] = [];
  statements = 0;
  calls: number[][] = [];
  failures: Error[] = [];
  published: string[] = [];
  private savepoints: { stored: number[]; parked: string[] }[] = [];

  readonly transaction = {
    execute: async (_step: string, act: (work: UnitOfWork, pending: PendingEvents) => Promise<void>) => {
      const before = { stored: [...this.stored], parked: [...this.parked] };
      try {
        const failure = this.failures.shift();
        if (failure) throw failure;
        const pending = new PendingEvents();
        const publish = (event: unknown): void => {
          const { version } = event as TestSnapshot;
          pending.messages.push({ id: String(version) } as OutgoingMessage);
        };
        await act({ manager: this.manager, publish, now: new Date() } as UnitOfWork, pending);
        this.published = pending.messages.map(({ id }) => id);
      } catch (error) {
        Object.assign(this, before);
        throw error;
      }
    },
  } as unknown as Transaction;

  private readonly manager = {
    query: async (sql: string, values: string[] = []) => {
      this.statements += 1;
      if (sql.includes('insert into parked_message')) this.parked.push(`${values[0]} ${values[5]}`);
      if (sql === 'savepoint batch')
        this.savepoints.push({ stored: [...this.stored], parked: [...this.parked] });
      if (sql.startsWith('rollback')) Object.assign(this, this.savepoints.pop());
      if (sql.startsWith('release')) this.savepoints.pop();
      return [];
    },
  } as unknown as EntityManager;

  readonly metrics = new Metrics();

  readonly handlers: Handlers = new Map([
    [
      TYPE,
      async (events, { publish }) => {
        const snapshots = events as TestSnapshot[];
        snapshots.forEach((snapshot) => publish(snapshot));
        if (snapshots.some(({ text }) => text === AWAY && this.calls.length > 0))
          throw Object.assign(new Error('away'), { code: '57P01' });
        this.calls.push(snapshots.map(({ version }) => version));
        this.stored.push(...snapshots.map(({ version }) => version));
        if (snapshots.some(({ text }) => text === POISON)) throw new Error('cannot do this one');
      },
    ],
  ]);

  private readonly processor = new BatchProcessor(
    this.transaction,
    new Clock(),
    new Checkpoints(),
    new MessagingMetrics(null as never, this.metrics),
    { process: (_, act) => act() } as MessageTraces,
  );

  handle(messages: RawMessage[], failures = 0): Promise<void> {
    return this.processor.handle({ decode, handlers: this.handlers }, messages, failures);
  }
}

const versions = (count: number, guilty: number[] = []): RawMessage[] =>
  Array.from({ length: count }, (_, index) =>
    toRaw(aSnapshot(index + 1, undefined, guilty.includes(index + 1) ? POISON : ''), `p/${index + 1}`),
  );

describe('a batch', () => {
  let database: FakeDatabase;
  beforeEach(() => (database = new FakeDatabase()));

  it('is one call of its handler, in order, and no statement of its own', async () => {
    await database.handle(versions(5));
    expect(database.calls).toEqual([[1, 2, 3, 4, 5]]);
    expect(database.statements).toBe(0);
  });

  it('is bisected where it fails: the guilty are parked, all others are handled in order', async () => {
    await database.handle(versions(32, [7, 20]));
    const good = Array.from({ length: 32 }, (_, index) => index + 1).filter((n) => n !== 7 && n !== 20);
    expect(database.stored).toEqual(good);
    expect(database.parked).toEqual(['p/7 handler-failed', 'p/20 handler-failed']);
    expect(database.calls.length).toBeLessThan(30);
    const metrics = await database.metrics.registry.metrics();
    expect(metrics).toMatch(/lianban_messages_handled_total\{.*outcome="handled".*\} 30\n/);
    expect(metrics).toMatch(/lianban_messages_handled_total\{.*outcome="parked".*\} 2\n/);
  });

  it('publishes nothing of the tries that were undone', async () => {
    await database.handle(versions(8, [3]));
    expect(database.published).toEqual(['1', '2', '4', '5', '6', '7', '8']);
  });

  it('parks nothing where the database goes away in the middle of the bisecting', async () => {
    const messages = [...versions(4, [2]), toRaw(aSnapshot(5, undefined, AWAY), 'p/5')];
    await expect(database.handle(messages)).rejects.toBeInstanceOf(RetryBatch);
    expect([database.stored, database.parked]).toEqual([[], []]);
  });

  it('parks what nobody can read, and handles the rest', async () => {
    const [first, second, third] = versions(3) as [RawMessage, RawMessage, RawMessage];
    second.body = '{';
    await database.handle([first, second, third]);
    expect(database.stored).toEqual([1, 3]);
    expect(database.parked).toEqual(['p/2 undecodable']);
  });

  it('is tried again and not bisected while the database is away', async () => {
    database.failures = [Object.assign(new Error('away'), { code: '57P01' })];
    await expect(database.handle(versions(3))).rejects.toBeInstanceOf(RetryBatch);
    expect([database.calls, database.parked]).toEqual([[], []]);
    await database.handle(versions(3), 1);
    expect(database.stored).toEqual([1, 2, 3]);
  });

  it('is bisected after all where contention does not end', async () => {
    const contention = () => Object.assign(new Error('deadlock'), { code: '40P01' });
    database.failures = [contention()];
    await expect(database.handle(versions(3), 7)).rejects.toBeInstanceOf(RetryBatch);
    database.failures = [contention()];
    await database.handle(versions(3), 8);
    expect(database.stored).toEqual([1, 2, 3]);
  });

  it('holds the same event once', async () => {
    const [one] = versions(1) as [RawMessage];
    await database.handle([one, { ...one, sourcePosition: 'p/2' }]);
    expect(database.calls).toEqual([[1]]);
  });
});
