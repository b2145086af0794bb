import { Injectable } from '@nestjs/common';
import { Metrics } from '@lianban/service-kit';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';

/** What lies in the outbox and what is parked, read when somebody asks for metrics. */
@Injectable()
export class MessagingMetrics {
  constructor(dataSource: DataSource, metrics: Metrics) {
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
}
