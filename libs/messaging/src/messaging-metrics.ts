import { Injectable } from '@nestjs/common';
import { Metrics } from '@lianban/service-kit';
import { Counter, Gauge, Histogram } from 'prom-client';
import { DataSource } from 'typeorm';
import { RecentRate } from './operators/recent-rate.js';

/** What was handled, and what lies in the outbox and is parked: that is read when somebody asks for metrics. */
@Injectable()
export class MessagingMetrics {
  private readonly handled: Counter<'topic' | 'outcome'>;
  private readonly age: Histogram<'topic'>;
  private readonly swept: Counter;
  private readonly recent = new Map<string, RecentRate>();

  constructor(dataSource: DataSource, metrics: Metrics) {
    this.handled = new Counter({
      name: 'lianban_messages_handled_total',
      help: 'Messages that were handled, or parked because they cannot be',
      labelNames: ['topic', 'outcome'],
      registers: [metrics.registry],
    });
    this.age = new Histogram({
      name: 'lianban_message_age_seconds',
      help: 'Time from what happened to its being handled here, of the oldest message of a batch',
      labelNames: ['topic'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600],
      registers: [metrics.registry],
    });
    this.swept = new Counter({
      name: 'lianban_outbox_swept_total',
      help: 'Rows of the outbox that were sent from the table, because no process had them in memory',
      registers: [metrics.registry],
    });
    const gauge = (name: string, help: string, sql: string): void => {
      new Gauge({
        name,
        help,
        registers: [metrics.registry],
        async collect() {
          try {
            const [row] = await dataSource.query<{ value: string | null }[]>(sql);
            this.set(Number(row?.value ?? 0));
          } catch {
            this.remove();
          }
        },
      });
    };
    gauge(
      'lianban_outbox_oldest_seconds',
      'Age of the oldest event that has not been sent',
      'select extract(epoch from clock_timestamp() - created_at) as value from outbox order by id limit 1',
    );
    gauge(
      'lianban_parked_messages',
      'Messages that a person must look at or that wait for another try',
      'select count(*) as value from parked_message where replayed_at is null',
    );
  }

  /** Notes the messages of one topic that one batch handled, and how old the oldest of them was. */
  noteHandled(topic: string, count: number, ageSeconds: number): void {
    this.handled.inc({ topic, outcome: 'handled' }, count);
    this.age.observe({ topic }, Math.max(0, ageSeconds));
    const now = performance.now();
    const rate = this.recent.get(topic) ?? new RecentRate(now);
    this.recent.set(topic, rate);
    rate.add(count, now);
  }

  /** How many messages of each topic were handled here, a second, over the last minute. */
  rates(): { topic: string; perSecond: number }[] {
    const now = performance.now();
    return [...this.recent].map(([topic, rate]) => ({ topic, perSecond: rate.perSecond(now) }));
  }

  noteSwept(rows: number): void {
    this.swept.inc(rows);
  }

  noteParked(topic: string): void {
    this.handled.inc({ topic, outcome: 'parked' });
  }
}
