import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { Clock, readTolerantly, RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { AdapterConfig, leaseMs } from '../adapter.config.js';
import { CircuitBreaker } from '../delivery/circuit-breaker.js';
import { DriverRegistry } from '../drivers/driver-registry.js';
import { observed } from '../drivers/observed.js';
import {
  ProviderUnavailable,
  ProviderUnknown,
  type PolledReports,
  type ProviderReport,
  type UtilityDriver,
} from '../drivers/utility-driver.js';
import { JobReport } from '../jobs/job-report.js';
import { OpenJobs, type JobToAsk } from './open-jobs.js';
import { ReceiveReport, ReportRepeated, UnknownJob } from './receive-report.js';

interface Lease {
  provider: string;
  cursor: string | null;
  subscription: string | null;
  leasedUntil: string;
}

const SUBSCRIBE_EVERY_MS = 24 * 60 * 60_000;

/**
 * Asks the providers that never call for their reports, and those whose calls may be lost, one instance at a time. The cursor moves on when a page has been stored, so
 * that what was asked for twice is a repeated report and nothing is left out.
 */
@Injectable()
export class PollProviders implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('PollProviders');
  private readonly task = new RepeatingTask(
    () => this.startRounds(),
    ({ message }) => this.logger.warn(`no provider can be polled now: ${message}`),
  );
  private readonly polled: Map<string, UtilityDriver>;
  /** Rounds under way: a slow provider delays its own next one alone. */
  private readonly rounds = new Map<string, Promise<void>>();
  private readonly subscribedAt = new Map<string, number>();
  private isStopping = false;

  constructor(
    drivers: DriverRegistry,
    private readonly dataSource: DataSource,
    private readonly receiveReport: ReceiveReport,
    private readonly openJobs: OpenJobs,
    private readonly catalogue: Catalogue,
    private readonly circuitBreaker: CircuitBreaker,
    private readonly clock: Clock,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {
    this.polled = new Map(drivers.polled());
  }

  onApplicationBootstrap(): void {
    if (this.polled.size > 0) this.task.start(this.config.reportPollMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.task.stop();
    await Promise.all(this.rounds.values());
  }

  private async startRounds(): Promise<void> {
    const idle = [...this.polled.keys()].filter((provider) => !this.rounds.has(provider));
    for (const lease of await this.lease(idle)) {
      const { provider } = lease;
      const round = this.pollAll(lease)
        .catch(({ message }: Error) => this.logger.warn(`${provider} cannot be polled now: ${message}`))
        .finally(() => this.rounds.delete(provider));
      this.rounds.set(provider, round);
    }
  }

  /**
   * Not those that another instance polls, that are paused or asked to be left alone; of those that are asked job by job only where a job
   * is open, or one that must be told where to call.
   */
  private async lease(providers: readonly string[]): Promise<Lease[]> {
    if (providers.length === 0) return [];
    const always = providers.map((provider) => {
      const { poll, subscribe } = this.polled.get(provider)!;
      return poll !== undefined || (subscribe !== undefined && !this.isSubscribed(provider));
    });
    return this.dataSource.query<Lease[]>(LEASE, [providers, always, leaseMs(this.config)]);
  }

  private async pollAll(first: Lease): Promise<void> {
    const { provider } = first;
    const driver = this.polled.get(provider)!;
    const lastPage = driver.poll ? Infinity : this.pagesAtOnce(provider);
    let lease: Lease | undefined = first;
    for (let page = 1; lease; page++) {
      const hasMore = await this.pollPage(lease, driver);
      const goesOn = hasMore && page < lastPage && !this.isStopping;
      [lease] = goesOn ? await this.lease([provider]) : [];
    }
  }

  /** Asking job by job takes half of what the provider allows, so that deliveries go on. */
  private pagesAtOnce(provider: string): number {
    const { ratePerSecond, concurrency } = this.catalogue.provider(provider)!;
    const calls = (ratePerSecond / 2) * (this.config.reportPollMs / 1_000);
    return Math.max(1, Math.floor(calls / concurrency));
  }

  /** Answers whether there is more. */
  private async pollPage(
    { provider, leasedUntil, ...lease }: Lease,
    driver: UtilityDriver,
  ): Promise<boolean> {
    let { cursor, subscription } = lease;
    try {
      subscription = await this.subscribe(provider, driver, subscription);
      const page = driver.poll
        ? await driver.poll(cursor ?? undefined)
        : await this.inspectPage(provider, driver, cursor);
      for (const each of page.unreadable ?? []) this.logger.warn(`${provider}: left out: ${each}`);
      await Promise.all(page.reports.map((each) => this.receive(provider, each)));
      cursor = page.cursor;
      return page.hasMore ?? false;
    } catch (error) {
      const { waitMs } = error as Partial<ProviderUnavailable>;
      if (waitMs !== undefined) await this.circuitBreaker.leaveAlone(provider, waitMs);
      throw error;
    } finally {
      await this.dataSource.query(RELEASE, [provider, leasedUntil, cursor, subscription]);
    }
  }

  private isSubscribed(provider: string): boolean {
    return performance.now() - (this.subscribedAt.get(provider) ?? -Infinity) < SUBSCRIBE_EVERY_MS;
  }

  /** A subscription that cannot be had now keeps nobody from asking. */
  private async subscribe(
    provider: string,
    driver: UtilityDriver,
    earlier: string | null,
  ): Promise<string | null> {
    if (!driver.subscribe || this.isSubscribed(provider)) return earlier;
    try {
      const subscription = await driver.subscribe(earlier ?? undefined);
      this.subscribedAt.set(provider, performance.now());
      return subscription;
    } catch (error) {
      this.logger.warn(`${provider} cannot be told where to call: ${(error as Error).message}`);
      return earlier;
    }
  }

  /** A page of a round over all open jobs, no more than the provider answers at once; of very many, each is asked for less often. */
  private async inspectPage(
    provider: string,
    driver: UtilityDriver,
    cursor: string | null,
  ): Promise<Omit<PolledReports, 'cursor'> & { cursor: string | null }> {
    const { concurrency } = this.catalogue.provider(provider)!;
    const jobs = await this.openJobs.page(provider, cursor, concurrency);
    const seen = await Promise.all(jobs.map((job) => this.inspect(provider, driver, job)));
    return { reports: seen.flat(), cursor: jobs.at(-1)?.cursor ?? null, hasMore: jobs.length > 0 };
  }

  /** One job of which the provider gives no clear answer does not keep the others out. */
  private async inspect(provider: string, driver: UtilityDriver, job: JobToAsk): Promise<ProviderReport[]> {
    const askedAt = this.clock.now();
    try {
      return observed(job, askedAt, `${job.since} ${job.withdrawal}`, await driver.inspect!(job));
    } catch (error) {
      const isAway = (error instanceof ProviderUnavailable || error instanceof ProviderUnknown) && error.away;
      if (isAway) throw error;
      this.logger.warn(`${provider} has no clear answer about ${job.placement}: ${(error as Error).message}`);
      return [];
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
  select provider, now() + $3::integer * interval '1 millisecond' from unnest($1::text[], $2::boolean[]) p(provider, is_always_asked)
  where (is_always_asked or exists (
      select from placement o where o.provider = p.provider and o.is_open and o.acked_version is not null))
    and not exists (select from provider_circuit o where o.provider = p.provider and o.failures = 0 and o.open_until > now())
    and not exists (select from provider_status o where o.provider = p.provider and o.paused_at is not null)
  order by provider
  on conflict (provider) do update set leased_until = excluded.leased_until where c.leased_until < now()
  returning provider, cursor, subscription, leased_until::text as "leasedUntil"`;

const RELEASE = `update provider_cursor set cursor = $3, subscription = $4, leased_until = '-infinity'
  where provider = $1 and leased_until = $2::timestamptz`;
