import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { readTolerantly, RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { AdapterConfig, leaseMs } from '../adapter.config.js';
import { DriverRegistry } from '../drivers/driver-registry.js';
import type { ProviderReport, UtilityDriver } from '../drivers/utility-driver.js';
import { JobReport } from '../jobs/job-report.js';
import { ReceiveReport, ReportRepeated, UnknownJob } from './receive-report.js';

interface Lease {
  cursor: string | null;
  leasedUntil: string;
}

/**
 * Asks the providers that never call for their reports, one instance at a time. The cursor moves on when a page has been stored, so
 * that what was asked for twice is a repeated report and nothing is left out.
 */
@Injectable()
export class PollProviders implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('PollProviders');
  private readonly tasks: RepeatingTask[];
  private isStopping = false;

  constructor(
    drivers: DriverRegistry,
    private readonly dataSource: DataSource,
    private readonly receiveReport: ReceiveReport,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {
    this.tasks = drivers.polled().map(
      ([provider, driver]) =>
        new RepeatingTask(
          () => this.pollAll(provider, driver),
          ({ message }) => this.logger.warn(`${provider} cannot be polled now: ${message}`),
        ),
    );
  }

  onApplicationBootstrap(): void {
    for (const task of this.tasks) task.start(this.config.reportPollMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.tasks.map((task) => task.stop()));
  }

  private async pollAll(provider: string, driver: UtilityDriver): Promise<void> {
    for (let hasMore = true; hasMore && !this.isStopping;) hasMore = await this.pollPage(provider, driver);
  }

  /** Answers whether there is more; not where another instance polls. */
  private async pollPage(provider: string, driver: UtilityDriver): Promise<boolean> {
    const [lease] = await this.dataSource.query<Lease[]>(LEASE, [provider, leaseMs(this.config)]);
    if (!lease) return false;
    let cursor = lease.cursor;
    try {
      const page = await driver.poll!(cursor ?? undefined);
      for (const each of page.reports) await this.receive(provider, each);
      cursor = page.cursor;
      return page.hasMore ?? false;
    } finally {
      await this.dataSource.query(RELEASE, [provider, lease.leasedUntil, cursor]);
    }
  }

  /** One report that cannot be used does not keep the others of its page out. */
  private async receive(provider: string, { report, ...about }: ProviderReport): Promise<void> {
    const { form, errors } = readTolerantly(JobReport, report);
    if (errors.length > 0) {
      const wrong = errors.map(({ pointer, code }) => `${pointer} ${code}`).join(', ');
      return this.logger.warn(`report ${about.id} of ${provider} is left out: ${wrong}`);
    }
    try {
      await this.receiveReport.execute({ ...about, provider, report: form });
    } catch (error) {
      if (error instanceof UnknownJob)
        this.logger.warn(`report ${about.id} of ${provider} is left out: it has no such job`);
      else if (!(error instanceof ReportRepeated)) throw error;
    }
  }
}

const LEASE = `insert into provider_cursor as c (provider, leased_until)
  values ($1, now() + $2::integer * interval '1 millisecond')
  on conflict (provider) do update set leased_until = excluded.leased_until where c.leased_until < now()
  returning cursor, leased_until::text as "leasedUntil"`;

const RELEASE = `update provider_cursor set cursor = $3, leased_until = '-infinity'
  where provider = $1 and leased_until = $2::timestamptz`;
