import { Injectable } from '@nestjs/common';
import { Metrics } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { MessagingMetrics } from '../messaging-metrics.js';

/** Counted no further: what is more is a backlog in any case. */
const MOST_COUNTED = 10_000;

/** How it stands with a service. */
export interface ServiceSummary {
  at: Date;
  /** Messages of each topic that the instance which answers has handled, a second, over the last minute. */
  handled: { topic: string; perSecond: number }[];
  /** Rows of events that are not sent, 10,000 at most. */
  unsent: number;
  /** Since when the oldest of them is. */
  unsentSince: Date | null;
  /** Parked messages, 10,000 at most. */
  parked: number;
  /** Age of the oldest record that the instance which answers has not handled; null where the transport has no topics to read. */
  oldestUnreadSeconds: number | null;
}

/** The few figures that tell whether a service keeps up. */
@Injectable()
export class SummariseService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly handled: MessagingMetrics,
    private readonly metrics: Metrics,
  ) {}

  async execute(): Promise<ServiceSummary> {
    const [[row], oldestUnreadSeconds] = await Promise.all([
      this.dataSource.query<Pick<ServiceSummary, 'at' | 'unsent' | 'unsentSince' | 'parked'>[]>(SUMMARY),
      this.oldestUnread(),
    ]);
    return { ...row!, handled: this.handled.rates(), oldestUnreadSeconds };
  }

  private async oldestUnread(): Promise<number | null> {
    const gauge = this.metrics.registry.getSingleMetric('lianban_oldest_unread_seconds');
    const { values } = (await gauge?.get()) ?? { values: [] };
    return values.length > 0 ? Math.max(...values.map(({ value }) => value)) : null;
  }
}

const SUMMARY = `select clock_timestamp() as at,
  (select count(*)::int from (select from outbox limit ${MOST_COUNTED}) o) as unsent,
  (select created_at from outbox order by id limit 1) as "unsentSince",
  (select count(*)::int from (select from parked_message where replayed_at is null limit ${MOST_COUNTED}) p) as parked`;
