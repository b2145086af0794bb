import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Transaction } from '@lianban/messaging';
import { RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import type { JobReport } from '../jobs/job-report.js';
import { JobStore } from '../jobs/job-store.js';

const CHECK_INTERVAL_MS = 5_000;
const PAGE_SIZE = 50;
/** The newest of so many is the newest of all, but for a provider that sends them out of order by more. */
const MAX_REPORTS = 100;

interface Due {
  requestId: string;
  attempt: number;
}

/** Applies the newest of the reports that came beyond the limit, once their hour is over. */
@Injectable()
export class CatchUp implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('CatchUp');
  private readonly task = new RepeatingTask(
    () => this.look(),
    ({ message }) => this.logger.warn(`reports beyond the limit wait longer: ${message}`),
  );

  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly jobs: JobStore,
  ) {}

  onApplicationBootstrap(): void {
    this.task.start(CHECK_INTERVAL_MS);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  private async look(): Promise<void> {
    for (const due of await this.dataSource.query<Due[]>(DUE)) await this.apply(due);
  }

  private apply({ requestId, attempt }: Due): Promise<void> {
    return this.transaction.run((work) =>
      this.jobs.update(work, [requestId], async (jobs, context) => {
        const stored = await work.manager.query<{ body: JobReport }[]>(STORED, [requestId, attempt]);
        const reports = stored.map(({ body }) => body);
        jobs.get(requestId)!.catchUp(attempt, reports, context);
      }),
    );
  }
}

const DUE = `select request_id as "requestId", attempt from placement where deferred_until <= now()
  order by deferred_until limit ${PAGE_SIZE}`;

const STORED = `select body from report where request_id = $1 and attempt = $2 and not_applied = 'too-many'
  order by received_at desc limit ${MAX_REPORTS}`;
