import { findTopic } from '@lianban/contracts';
import type { Random } from '../random.js';
import type { Fault } from '../steps.js';
import type { Implementations } from '../implementations.js';
import type { OutboxRow, Store } from './store.js';

/** Carries what services say to those who read it: at least once, and in no order that anybody may rely on. */
export class Transport {
  private readonly queues = new Map<string, OutboxRow[]>();

  constructor(private readonly implementations: Implementations) {}

  waiting(group: string, requestId: string): readonly OutboxRow[] {
    return this.queues.get(`${group} ${requestId}`) ?? [];
  }

  /** Takes the first rows of an outbox to their readers; whoever dies before noting that brings them again. */
  relay(store: Store, requestId: string, random: Random, fault?: Fault): void {
    const unsent = store.outbox.get(requestId) ?? [];
    const taken = unsent.slice(0, 1 + random.below(unsent.length));
    for (const row of taken.filter((row) => this.implementations.relays(row)))
      for (const reader of readersOf(row.topic)) this.enqueue(reader, row);
    if (fault !== 'killed-after-commit') store.outbox.set(requestId, unsent.slice(taken.length));
  }

  private enqueue(reader: string, row: OutboxRow): void {
    const name = `${reader} ${row.requestId}`;
    this.queues.set(name, [...(this.queues.get(name) ?? []), row]);
  }

  /** The next records of a request for a group, or some from the middle. */
  fetch(group: string, requestId: string, random: Random, fault?: Fault): OutboxRow[] {
    const queue = this.waiting(group, requestId);
    const from = fault === 'shuffled' ? random.below(queue.length) : 0;
    return queue.slice(from, from + 1 + random.below(queue.length - from));
  }

  acknowledge(group: string, records: readonly OutboxRow[]): void {
    for (const record of records) {
      const name = `${group} ${record.requestId}`;
      const remaining = [...this.queues.get(name)!];
      remaining.splice(remaining.indexOf(record), 1);
      this.queues.set(name, remaining);
    }
  }
}

/** Notification is not simulated. */
const readersOf = (topic: string): string[] =>
  findTopic(topic)!.readers.filter((reader) => reader !== 'notification');
