import { Gauge } from 'prom-client';
import type { Metrics } from '@lianban/service-kit';
import type { RawMessage } from '../message.js';

/** How old the oldest record is that a reader has not handled yet: of those it was given, and while it gets none, since it does not. */
export class OldestUnread {
  private readonly inHand = new Map<string, Set<readonly RawMessage[]>>();

  constructor(
    topics: readonly string[],
    metrics: Metrics,
    /** Since when it gets no records, by `Date.now()`; undefined while it gets them. */
    private readonly idleSince: () => number | undefined,
  ) {
    const seconds = (topic: string): number => this.secondsOf(topic);
    new Gauge({
      name: 'lianban_oldest_unread_seconds',
      help: 'Age of the oldest record of a topic that this reader has not handled; while it gets no records, since when',
      labelNames: ['topic'],
      registers: [metrics.registry],
      collect() {
        for (const topic of topics) this.set({ topic }, seconds(topic));
      },
    });
    for (const topic of topics) this.inHand.set(topic, new Set());
  }

  /** Counts the records, which are of one topic, until `handled` is called. */
  begin(records: readonly RawMessage[]): () => void {
    const others = this.inHand.get(records[0]!.topic)!;
    others.add(records);
    return () => void others.delete(records);
  }

  private secondsOf(topic: string): number {
    const times = [...this.inHand.get(topic)!].map(([first]) => Date.parse(first!.headers.ce_time ?? ''));
    const idle = this.idleSince();
    const oldest = Math.min(...times.filter((time) => !Number.isNaN(time)), idle ?? Infinity);
    return oldest === Infinity ? 0 : Math.max(0, Date.now() - oldest) / 1_000;
  }
}
