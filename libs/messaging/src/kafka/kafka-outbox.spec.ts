import { eventually } from '@lianban/testing';
import type { DataSource } from 'typeorm';
import { Checkpoints } from '../checkpoints.js';
import type { MessageTraces } from '../tracing/message-traces.js';
import { MessagingConfig } from '../messaging.config.js';
import type { OutgoingMessage } from '../message.js';
import type { OutboxRow } from '../outbox/outbox.js';
import { KafkaOutbox } from './kafka-outbox.js';

const topic = 'dossiers';

const aMessage = (id: string, bytes = 10): OutgoingMessage => ({
  ...{ id, type: 't', source: '/t', time: new Date(), key: 'k', topic },
  body: 'x'.repeat(bytes),
});

/** Rows of one message each, which has the number of its row. */
const rows = (from: number, count: number, bytes = 10): OutboxRow[] =>
  Array.from({ length: count }, (_, index) => {
    const rowId = String(from + index);
    return { rowId, topic, messages: [aMessage(rowId, bytes)] };
  });

const tooLarge = () => Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });

/** A broker that takes what it is told to take, and a table that remembers what was deleted and parked. */
class Rig {
  sent: string[][] = [];
  deleted: string[] = [];
  parked: string[] = [];
  guilty = new Set<string>();
  isAway = false;
  gate: Promise<void> = Promise.resolve();
  inFlight = 0;
  mostInFlight = 0;
  readonly outbox: KafkaOutbox;

  constructor(config: Partial<MessagingConfig> = {}) {
    const dataSource = {
      query: async (sql: string, values: [string[] | string]) => {
        if (sql.includes('parked_message')) this.parked.push((values[0] as string).replace('outbox/', ''));
        else this.deleted.push(...values[0]);
      },
    } as unknown as DataSource;
    this.outbox = new KafkaOutbox(
      dataSource,
      new Checkpoints(),
      { send: () => () => {} } as unknown as MessageTraces,
      Object.assign(new MessagingConfig(), config),
    );
    this.outbox.setProcess(7);
    this.outbox.start(async () => ({
      send: (records) => this.send(records),
      close: async () => {},
    }));
  }

  private async send(records: readonly OutgoingMessage[]): Promise<void> {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    await this.gate;
    this.inFlight -= 1;
    if (this.isAway) throw new Error('connection refused');
    if (records.some(({ id }) => this.guilty.has(id))) throw tooLarge();
    this.sent.push(records.map(({ id }) => id));
  }

  /** As a transaction that commits. */
  commit(committed: OutboxRow[]): number | undefined {
    const process = this.outbox.reserve(committed.flatMap(({ messages }) => messages));
    if (process !== undefined) this.outbox.send(committed);
    return process;
  }
}

const numbers = (from: number, count: number): string[] => rows(from, count).map(({ rowId }) => rowId);

describe('the outbox of a process on Kafka', () => {
  let rig: Rig;
  afterEach(() => rig.outbox.stop());

  it('has one send in flight, and everything that waits meanwhile goes into the next one', async () => {
    rig = new Rig();
    let open = (): void => {};
    rig.gate = new Promise((resolve) => (open = resolve));
    rig.commit(rows(1, 1));
    await eventually(() => expect(rig.inFlight).toBe(1));
    for (let from = 2; from <= 21; from++) rig.commit(rows(from, 1));
    open();
    await eventually(() => expect(rig.sent).toEqual([['1'], numbers(2, 20)]));
    expect(rig.mostInFlight).toBe(1);
  });

  it('deletes rows only after they were acknowledged', async () => {
    rig = new Rig();
    rig.isAway = true;
    rig.commit(rows(1, 3));
    await eventually(() => expect(rig.outbox.length).toBe(3));
    expect(rig.deleted).toEqual([]);
    rig.isAway = false;
    await eventually(() => expect(rig.deleted).toEqual(['1', '2', '3']));
    expect(rig.outbox.knownRows).toEqual([]);
  });

  it('takes no more into memory than it may, and has room again when it was sent', async () => {
    rig = new Rig({ queueMaxRecords: 5 });
    rig.isAway = true;
    expect(rig.commit(rows(1, 4))).toBe(7);
    expect(rig.commit(rows(5, 2))).toBeUndefined();
    rig.isAway = false;
    await eventually(() => expect(rig.outbox.length).toBe(0));
    expect(rig.commit(rows(5, 2))).toBe(7);
  });

  it('leaves new rows in the table while older ones wait there', () => {
    rig = new Rig();
    rig.outbox.isYielding = true;
    expect(rig.commit(rows(1, 1))).toBeUndefined();
    rig.outbox.isYielding = false;
    expect(rig.commit(rows(1, 1))).toBe(7);
  });

  it('keeps one send below what a partition takes at once', async () => {
    rig = new Rig();
    rig.commit(rows(1, 6, 200_000));
    await eventually(() => expect(rig.sent.map(({ length }) => length)).toEqual([2, 2, 2]));
  });

  it('parks the guilty record of a batch, sends all others once, and deletes the rows of all of them', async () => {
    rig = new Rig();
    rig.guilty = new Set(['3', '9']);
    rig.commit(rows(1, 10));
    await eventually(() => expect(rig.parked).toEqual(['3', '9']));
    await eventually(() => expect(rig.outbox.length).toBe(0));
    expect(rig.sent.flat()).toEqual(['1', '2', '4', '5', '6', '7', '8', '10']);
    await eventually(() => expect(rig.deleted.toSorted()).toEqual(numbers(1, 10).toSorted()));
  });

  it('deletes a row of several events once all of them were sent or parked, and sends none again after an outage', async () => {
    rig = new Rig();
    rig.guilty = new Set(['b']);
    rig.isAway = true;
    rig.commit([{ rowId: '1', topic, messages: ['a', 'b', 'c'].map((id) => aMessage(id)) }, ...rows(2, 1)]);
    await eventually(() => expect(rig.outbox.length).toBe(4));
    expect(rig.deleted).toEqual([]);
    rig.isAway = false;
    await eventually(() => expect(rig.deleted).toEqual(['1', '2']));
    expect([rig.sent.flat(), rig.parked, rig.outbox.length]).toEqual([['a', 'c', '2'], ['b'], 0]);
  });

  it('answers a page of rows when all of it was sent and deleted', async () => {
    rig = new Rig();
    await rig.outbox.sendPage(rows(1, 3));
    expect([rig.sent, rig.deleted]).toEqual([[['1', '2', '3']], ['1', '2', '3']]);
  });

  it('answers nothing for a page while the broker refuses, and lets go of it when the process stops', async () => {
    rig = new Rig();
    rig.isAway = true;
    let isAnswered = false;
    const page = rig.outbox.sendPage(rows(1, 3)).then(() => (isAnswered = true));
    await eventually(() => expect(rig.inFlight).toBe(0));
    expect(isAnswered).toBe(false);
    await rig.outbox.stop();
    await page;
    expect(rig.deleted).toEqual([]);
  });
});
