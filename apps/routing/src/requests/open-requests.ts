import { Injectable } from '@nestjs/common';
import { Metrics } from '@lianban/service-kit';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';

const AGES_DAYS = [0, 1, 5, 10, 20, 30, 60];
const KEPT_MS = 60_000;

/** Ids begin with their time, so that the index of running requests alone says how many are older than a day. */
const COUNT = `select days, (select count(*) from routed_request where ended_at is null and request_id < first_id)::int as count
  from unnest($1::int[]) days, lateral (select (lpad(to_hex(
    (extract(epoch from now() - days * interval '1 day') * 1000)::bigint), 12, '0') || repeat('f', 20))::uuid as first_id) f`;

/** How many requests run, by how long ago they were registered; counted once a minute at most. */
@Injectable()
export class OpenRequests {
  constructor(dataSource: DataSource, metrics: Metrics) {
    let countedAt = -Infinity;
    new Gauge({
      name: 'lianban_open_requests',
      help: 'Requests that have not ended and were registered more than so many days ago',
      labelNames: ['older_than_days'],
      registers: [metrics.registry],
      async collect() {
        if (performance.now() - countedAt < KEPT_MS) return;
        const rows = await dataSource
          .query<{ days: number; count: number }[]>(COUNT, [AGES_DAYS])
          .catch(() => undefined);
        if (!rows) return this.reset();
        countedAt = performance.now();
        for (const { days, count } of rows) this.set({ older_than_days: days }, count);
      },
    });
  }
}
