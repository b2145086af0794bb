import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Problem } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { RELAY } from './cursors.js';
import { MessagingConfig } from './messaging.config.js';

const EVERY = 30_000;

/** Somebody has not read for so long that taking in more would only hide it. */
export class BacklogTooLong extends Problem {
  constructor() {
    super(
      'backlog-too-long',
      503,
      {
        'zh-CN': '后台处理积压，暂不能受理，请稍后再试。',
        en: 'Work is piling up behind the counter; please try again later.',
      },
      { headers: { 'retry-after': '60' } },
    );
  }
}

/** Watches the age of the oldest event that some reader, or the relay, has not passed; for the service that takes work in. */
@Injectable()
export class Backlog implements OnModuleInit, OnModuleDestroy {
  private timer?: NodeJS.Timeout;
  /** Age of the oldest unread event of this service, seconds. */
  age = 0;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.look().catch(() => {}), EVERY);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Throws {@link BacklogTooLong} while the oldest unread event is older than the limit. */
  refuseIfTooLong(): void {
    if (this.age > this.config.backlogLimit) throw new BacklogTooLong();
  }

  async look(): Promise<void> {
    const [row] = await this.dataSource.query<{ age: string | null }[]>(
      this.config.transport === 'kafka' ? BEHIND_RELAY : BEHIND_READERS,
    );
    this.age = Number(row?.age ?? 0);
  }
}

const OLDEST = `select extract(epoch from now() - min(created_at)) as age from`;
const UNREAD = `select created_at from outbox o where (o.xid, o.id) > (c.xid, c.id)
  and o.created_at > c.seen_at - interval '1 hour'`;
const FIRST = 'order by o.xid, o.id limit 1';

const BEHIND_RELAY = `${OLDEST} (select u.created_at from cursor c cross join lateral (${UNREAD} ${FIRST}) u
  where c.topic = '${RELAY}') oldest`;
const BEHIND_READERS = `${OLDEST} (select u.created_at from lianban.cursors c cross join lateral (
  ${UNREAD} and o.topic = c.topic and o.shard = c.shard ${FIRST}) u) oldest`;
