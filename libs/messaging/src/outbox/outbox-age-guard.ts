import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Problem, RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { MessagingConfig } from '../messaging.config.js';

const INTERVAL_MS = 30_000;

/** Events have waited in the outbox for so long that taking in more would only hide it. */
export class OutboxStalled extends Problem {
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

/** Watches the age of the oldest row in the outbox, for the service that takes work in. */
@Injectable()
export class OutboxAgeGuard implements OnModuleInit, OnModuleDestroy {
  /** Age of the oldest row, seconds; 0 where there is none. */
  ageSeconds = 0;
  private readonly task = new RepeatingTask(
    () => this.sample(),
    () => {},
  );

  constructor(
    private readonly dataSource: DataSource,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
  ) {}

  onModuleInit(): void {
    this.task.start(INTERVAL_MS);
  }

  onModuleDestroy(): Promise<void> {
    return this.task.stop();
  }

  /** @throws OutboxStalled while the oldest row is older than the limit */
  throwIfStalled(): void {
    if (this.ageSeconds > this.config.backlogLimitSeconds) throw new OutboxStalled();
  }

  async sample(): Promise<void> {
    const [row] = await this.dataSource.query<{ age: string }[]>(
      'select extract(epoch from now() - created_at) as age from outbox order by id limit 1',
    );
    this.ageSeconds = Number(row?.age ?? 0);
  }
}
