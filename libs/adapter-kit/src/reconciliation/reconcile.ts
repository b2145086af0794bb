import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Utility } from '@lianban/contracts';
import { Clock, RepeatingTask } from '@lianban/service-kit';
import { AdapterConfig } from '../adapter.config.js';
import { UTILITY } from '../adapter.js';
import { DriverRegistry } from '../drivers/driver-registry.js';
import { observed } from '../drivers/observed.js';
import type { ListedJob } from '../drivers/utility-driver.js';
import { readPlacementName } from '../jobs/operation.js';
import { ReceiveReport, ReportRepeated } from '../reports/receive-report.js';
import { differencesBetween, newsIn } from './compare.js';
import { keyOf, ReconciliationStore, type About, type Run } from './reconciliation-store.js';

const LOOK_EVERY_MS = 10_000;
/** A million jobs in pages of a hundred. */
const MAX_PAGES = 10_000;
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
/** Who was compared within these hours is not compared again in this night. */
const NIGHT_MS = 12 * 3_600_000;

type Listed = About & { job: ListedJob };

/**
 * Compares what providers list of our jobs with what we have, every night and on command, one instance at a time for each provider and a page
 * at a time. A report that was lost is applied; what cannot be repaired so becomes a finding.
 */
@Injectable()
export class Reconcile implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Reconcile');
  private readonly task = new RepeatingTask(
    () => this.look(),
    ({ message }) => this.logger.warn(`cannot look what is to be reconciled: ${message}`),
  );
  private readonly runs = new Map<string, Promise<void>>();
  private isStopping = false;

  constructor(
    private readonly drivers: DriverRegistry,
    private readonly store: ReconciliationStore,
    private readonly receiveReport: ReceiveReport,
    private readonly clock: Clock,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {}

  onApplicationBootstrap(): void {
    if (this.drivers.listing().length > 0) this.task.start(LOOK_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.task.stop();
    await Promise.all(this.runs.values());
  }

  /** Begins now; one that is under way goes on. */
  async start(provider: string): Promise<void> {
    await this.store.request([provider], this.clock.now());
    await this.store.resume(provider);
    await this.goOn();
  }

  /**
   * A page of a list that the provider hands in by itself, in place of being asked; the first of another name begins anew.
   * @param readAt when the provider read its list
   */
  async takeHandedIn(
    provider: string,
    {
      list,
      jobs,
      isLast,
      readAt,
    }: { list: string; jobs: readonly ListedJob[]; isLast: boolean; readAt: Date },
  ): Promise<void> {
    const run = await this.store.join(provider, list);
    if ((await this.takePage(run, jobs, list, readAt)) && isLast) await this.store.finish(run);
  }

  private async look(): Promise<void> {
    const now = this.clock.now().getTime();
    const isTheHour = new Date(now + SHANGHAI_OFFSET_MS).getUTCHours() === this.config.reconcileHour;
    if (isTheHour) await this.store.request(this.drivers.listing(), new Date(now - NIGHT_MS));
    await this.goOn();
  }

  private async goOn(): Promise<void> {
    const idle = this.drivers.listing().filter((provider) => !this.runs.has(provider));
    for (const run of await this.store.lease(idle)) {
      const { provider } = run;
      const running = this.run(run)
        .catch(async ({ message }: Error) => {
          this.logger.warn(`${provider} cannot be reconciled now: ${message}`);
          await this.store.fail(run, message).catch(() => undefined);
        })
        .finally(() => this.runs.delete(provider));
      this.runs.set(provider, running);
    }
  }

  private async run(run: Run): Promise<void> {
    const { provider, since } = run;
    const driver = this.drivers.find(provider)!;
    let { cursor } = run;
    for (let pages = 0; ; pages++) {
      if (pages >= MAX_PAGES) throw new Error(`its list has no end after ${MAX_PAGES} pages`);
      const askedAt = this.clock.now();
      const page = await driver.list!(since, cursor);
      for (const each of page.unreadable ?? [])
        this.logger.warn(`${provider}: left out of its list: ${each}`);
      ({ cursor } = page);
      if (this.isStopping || !(await this.takePage(run, page.jobs, cursor, askedAt))) return;
      if (cursor === null) return this.store.finish(run);
    }
  }

  /** Answers false where another instance has gone on with the run. */
  private async takePage(
    run: Run,
    jobs: readonly ListedJob[],
    cursor: string | null,
    askedAt: Date,
  ): Promise<boolean> {
    const { provider } = run;
    const listed = jobs.flatMap((job): Listed[] => {
      const about = readPlacementName(job.placement, this.utility);
      return about ? [{ ...about, job }] : [];
    });
    const strangers = jobs.length - listed.length;
    if (strangers > 0) this.logger.warn(`${provider} lists ${strangers} jobs without a placement of ours`);
    const before = await this.store.load(provider, listed, askedAt);
    const repaired = await Promise.all(
      listed.map(async (each) => {
        const own = before.get(keyOf(each));
        const news = own ? newsIn(each.job, own) : [];
        return own ? this.apply(provider, each, observed(each, askedAt, own.since, news)) : 0;
      }),
    );
    const count = repaired.filter((applied) => applied > 0).length;
    const after = count > 0 ? await this.store.load(provider, listed, askedAt) : before;
    const compared = listed.map(({ job, requestId, attempt }) => ({
      ...{ requestId, attempt },
      differences: differencesBetween(job, after.get(keyOf({ requestId, attempt }))),
    }));
    return this.store.savePage(run, compared, { cursor, repaired: count });
  }

  /** As if the provider had reported it now. Answers how many reports were new. */
  private async apply(
    provider: string,
    { requestId, attempt }: Listed,
    reports: ReturnType<typeof observed>,
  ): Promise<number> {
    let applied = 0;
    for (const { id, report } of reports)
      try {
        await this.receiveReport.execute({ id, provider, requestId, attempt, report });
        applied += 1;
      } catch (error) {
        if (!(error instanceof ReportRepeated)) throw error;
      }
    return applied;
  }
}
