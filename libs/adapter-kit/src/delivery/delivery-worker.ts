import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import {
  LeasedWorker,
  RequestTraces,
  Transaction,
  type Done,
  type LeasedWork,
  type RetryPolicy,
} from '@lianban/messaging';
import { describeError, Log, RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { AdapterConfig, callDeadline, retryPolicyOf } from '../adapter.config.js';
import { DriverRegistry } from '../drivers/driver-registry.js';
import { withinOneTimeout } from '../drivers/provider-http.js';
import type { JobRepository } from '../jobs/job.repository.js';
import { JOB_REPOSITORY, JobStore, type OpenJobRepository } from '../jobs/job-store.js';
import type { Outcome } from '../jobs/outcome.js';
import { callProvider } from './call-provider.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { DeliverySignal, type Delivery } from './delivery-signal.js';
import { ProviderMetrics } from './provider-metrics.js';
import { ProviderRateLimiter } from './provider-rate-limiter.js';
import { ReplicaShare } from './replica-share.js';

const EXPIRY_CHECK_MS = 2_000;
const MIN_LOOK_MS = 50;

/** Tells the providers what is due, each within its limits, and records what came of it. */
@Injectable()
export class DeliveryWorker
  implements LeasedWork<Delivery, Outcome>, OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly repository: JobRepository;
  private readonly retryPolicy: RetryPolicy;
  private readonly worker: LeasedWorker<Delivery, Outcome>;
  private readonly expiry: RepeatingTask;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(JOB_REPOSITORY) openRepository: OpenJobRepository,
    private readonly transaction: Transaction,
    private readonly jobs: JobStore,
    private readonly drivers: DriverRegistry,
    private readonly circuitBreaker: CircuitBreaker,
    private readonly signal: DeliverySignal,
    private readonly rateLimiter: ProviderRateLimiter,
    private readonly share: ReplicaShare,
    private readonly traces: RequestTraces,
    private readonly metrics: ProviderMetrics,
    log: Log,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {
    this.repository = openRepository(dataSource);
    this.retryPolicy = retryPolicyOf(config);
    this.worker = new LeasedWorker(this, config.deliveryPollMs, log.with({ context: 'DeliveryWorker' }));
    this.expiry = new RepeatingTask(
      () => this.repository.expireLeases(),
      (error) => log.warn('cannot look for expired leases', error),
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.share.start();
    this.signal.attach(this.worker);
    this.worker.start();
    this.expiry.start(EXPIRY_CHECK_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.rateLimiter.close();
    await Promise.all([this.worker.stop(), this.expiry.stop()]);
    await this.share.stop();
  }

  async lease(): Promise<Delivery[]> {
    const { rateLimiter } = this;
    await this.circuitBreaker.load();
    const capacities = rateLimiter.free();
    rateLimiter.hasBacklog = capacities.length < rateLimiter.size;
    if (capacities.length === 0) return [];
    const callBy = callDeadline(this.config);
    const leased = await this.repository.leaseDue(capacities);
    leased.forEach(({ provider }) => rateLimiter.acquire(provider));
    rateLimiter.hasBacklog ||= capacities.some(
      ({ provider, free }) => leased.filter((each) => each.provider === provider).length >= free,
    );
    return leased.map((operation) => ({ operation, callBy }));
  }

  hasMore(): boolean {
    return this.rateLimiter.hasBacklog;
  }

  /** What waits for a provider's rate goes as soon as that allows it: the bucket holds no more than a second's calls. */
  nextLookMs(): number | undefined {
    const { hasBacklog, nextRefillMs } = this.rateLimiter;
    return hasBacklog && nextRefillMs !== undefined ? Math.max(nextRefillMs, MIN_LOOK_MS) : undefined;
  }

  async perform(delivery: Delivery): Promise<Outcome> {
    const { rateLimiter, circuitBreaker } = this;
    const { provider } = delivery.operation;
    const from = performance.now();
    const { outcome, away, waitMs } = await this.callTraced(delivery).finally(() =>
      rateLimiter.release(provider),
    );
    this.metrics.noteCall(provider, outcome.kind, from);
    const hasAnswered = !away || waitMs !== undefined;
    if (hasAnswered && !this.drivers.find(provider)?.isRelayed) this.metrics.noteHeard(provider);
    if (waitMs !== undefined) await circuitBreaker.leaveAlone(provider, waitMs);
    else if (!away)
      rateLimiter.hasBacklog = (await circuitBreaker.recordSuccess(provider)) || rateLimiter.hasBacklog;
    else if ((await circuitBreaker.recordFailure(provider)) && 'countsAsTry' in outcome)
      outcome.countsAsTry = false;
    rateLimiter.hasBacklog ||= this.worker.isBehind;
    return outcome;
  }

  private callTraced(delivery: Delivery): ReturnType<typeof callProvider> {
    const { id, requestId, kind, provider, tries, body } = delivery.operation;
    const attributes = {
      'lianban.provider': provider,
      'lianban.operation.id': id,
      'lianban.operation.kind': kind,
      'lianban.operation.tries': tries,
    };
    return this.traces.call(
      requestId,
      `${kind} ${body.utility}`,
      attributes,
      () => this.callBeforeLeaseEnds(delivery),
      ({ outcome }) => ({
        outcome: outcome.kind,
        isError: outcome.kind === 'not-sent' || outcome.kind === 'unknown',
      }),
    );
  }

  /** After a slow commit or a standstill of this process, another one may be making the same call. */
  private async callBeforeLeaseEnds({ operation, callBy }: Delivery): ReturnType<typeof callProvider> {
    const driver = this.drivers.find(operation.provider)!;
    const isOfNumber = operation.kind !== 'place' && driver.withdrawSecond !== undefined;
    const reference = isOfNumber ? await this.referenceOf(operation) : undefined;
    if (performance.now() > callBy) throw new Error(`too late for the call of operation ${operation.id}`);
    return withinOneTimeout(this.config.callTimeoutMs, () => callProvider(driver, operation, reference));
  }

  /** A provider that made two orders must be told which of them is meant. */
  private async referenceOf({ requestId, attempt }: Delivery['operation']): Promise<string | undefined> {
    const [row] = await this.dataSource.query<{ reference: string | null }[]>(
      'select reference from placement where request_id = $1 and attempt = $2',
      [requestId, attempt],
    );
    return row?.reference ?? undefined;
  }

  record(batch: readonly Done<Delivery, Outcome>[], retryPolicy = this.retryPolicy): Promise<void> {
    const requestIds = batch.map(({ item }) => item.operation.requestId);
    return this.transaction.run((work) =>
      this.jobs.update(work, requestIds, (jobs, context) => {
        for (const { item, result } of batch) {
          const { requestId, id } = item.operation;
          jobs.get(requestId)!.recordOutcome(id, result, retryPolicy, context);
        }
      }),
    );
  }

  /** It would not be stored the next time either: a person must look. */
  recordFailure(item: Delivery, error: unknown): Promise<void> {
    const { type, code = type } = describeError(error);
    const message = `what came of the call cannot be stored: ${code}`;
    const result: Outcome = { kind: 'unknown', error: message, countsAsTry: true };
    return this.record([{ item, result }], { ...this.retryPolicy, maxTries: 0 });
  }
}
