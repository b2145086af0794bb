import { Injectable } from '@nestjs/common';
import { Metrics } from '@lianban/service-kit';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { DataSource } from 'typeorm';

/** What a service's delivery looks like to its operator; read from the database when somebody asks. */
@Injectable()
export class MessagingMetrics {
  private readonly handled: Counter<'topic' | 'outcome'>;
  private readonly age: Histogram<'topic'>;

  constructor(
    private readonly dataSource: DataSource,
    metrics: Metrics,
  ) {
    const registers = [metrics.registry];
    this.handled = new Counter({
      name: 'lianban_messages_handled_total',
      help: 'Messages that were handled, or parked because they cannot be',
      labelNames: ['topic', 'outcome'],
      registers,
    });
    this.age = new Histogram({
      name: 'lianban_message_age_seconds',
      help: 'Time from what happened to its being handled here, of the oldest message of a batch',
      labelNames: ['topic'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600],
      registers,
    });
    this.gauge(
      registers,
      'lianban_outbox_oldest_seconds',
      'Age of the oldest event that was not sent yet',
      'select coalesce(extract(epoch from now() - min(created_at)), 0) as value from outbox',
    );
    this.gauge(
      registers,
      'lianban_parked_messages',
      'Messages that lie aside',
      'select count(*) as value from parked_message where replayed_at is null',
    );
  }

  /** Notes the messages of one topic that one batch handled; `oldest` is when the first of them happened. */
  noteHandled(topic: string, count: number, ageSeconds: number): void {
    this.handled.inc({ topic, outcome: 'handled' }, count);
    this.age.observe({ topic }, Math.max(0, ageSeconds));
  }

  noteParked(topic: string): void {
    this.handled.inc({ topic, outcome: 'parked' });
  }

  private gauge(registers: Registry[], name: string, help: string, sql: string): void {
    const { dataSource } = this;
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        try {
          const [{ value }] = await dataSource.query<[{ value: string }]>(sql);
          this.set(Number(value));
        } catch {
          // The database is away, which another metric says: the last value would be a lie.
          this.reset();
        }
      },
    });
  }
}
