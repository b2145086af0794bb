import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import {
  backoffMs,
  doublingRetries,
  Linger,
  PollLoop,
  Transaction,
  type RetryPolicy,
} from '@lianban/messaging';
import { describeError, classifyDatabaseError } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { AdapterConfig, callDeadline } from '../adapter.config.js';
import { DeliverySignal, type Delivery } from './delivery-signal.js';
import { DriverRegistry } from '../drivers/driver-registry.js';
import type { Capacity, JobRepository } from '../jobs/job.repository.js';
import { JOB_REPOSITORY, JobStore, type OpenJobRepository } from '../jobs/job-store.js';
import type { Outcome } from '../jobs/outcome.js';
import { callProvider, type CallResult } from './call-provider.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { ProviderRateLimiter } from './provider-rate-limiter.js';

const SETTLE_AT_ONCE = 64;
const LOOK_FOR_EXPIRED = 2_000;
/** So many times longer between two looks while nothing is due. */
const AT_REST = 2;

/** Tells the providers what is due, each within its limits, and notes what came of it. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Deliveries');
  private readonly repository: JobRepository;
  private readonly retryPolicy: RetryPolicy;
  private readonly calls = new Set<Promise<void>>();
  private outcomes: { delivery: Delivery; outcome: Outcome }[] = [];
  private settling?: Promise<void>;
  private running?: Promise<void>;
  private lastLook = 0;
  private readonly linger = new Linger();
  /** Sleeps of its own: those of the search for due operations must stay wakeable. */
  private readonly flushLoop = new PollLoop();

  constructor(
    dataSource: DataSource,
    @Inject(JOB_REPOSITORY) openRepository: OpenJobRepository,
    private readonly transaction: Transaction,
    private readonly jobs: JobStore,
    private readonly drivers: DriverRegistry,
    private readonly circuitBreaker: CircuitBreaker,
    private readonly signal: DeliverySignal,
    private readonly rateLimiter: ProviderRateLimiter,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {
    this.repository = openRepository(dataSource);
    this.retryPolicy = doublingRetries(
      config.deliveryMaxTries,
      config.deliveryFirstWaitMs,
      config.deliveryMaxWaitMs,
    );
  }

  onApplicationBootstrap(): void {
    this.signal.dispatch = (delivery) => this.call(delivery);
    this.running = this.run();
  }

  /** Calls that are under way are waited for, and what came of them is noted. */
  async beforeApplicationShutdown(): Promise<void> {
    this.signal.pollLoop.stop();
    this.flushLoop.stop();
    await this.running;
    this.rateLimiter.hasBacklog = true;
    await Promise.all(this.calls);
    await this.settling;
  }

  private async run(): Promise<void> {
    for (let failures = 0, isAtRest = false; !this.signal.pollLoop.isStopped;) {
      try {
        if (failures === 0 && this.lastLook === 0) await this.circuitBreaker.load();
        await this.lookForExpired();
        const leased = await this.lease();
        failures = 0;
        leased.forEach((each) => this.call(each));
        const wait = this.config.deliveryPollMs * (isAtRest ? AT_REST : 1);
        const isDisturbed = await this.signal.pollLoop.sleep(wait, true);
        isAtRest = !isDisturbed && leased.length === 0;
      } catch (error) {
        this.logger.warn(`cannot look for what is due: ${(error as Error).message}`);
        await this.signal.pollLoop.sleep(backoffMs(++failures));
      }
    }
  }

  private async lookForExpired(): Promise<void> {
    if (Date.now() - this.lastLook < LOOK_FOR_EXPIRED) return;
    await this.repository.expireLeases();
    this.lastLook = Date.now();
  }

  private async lease(): Promise<Delivery[]> {
    const capacities = this.rateLimiter.free();
    this.rateLimiter.hasBacklog = capacities.length < this.rateLimiter.size;
    if (capacities.length === 0) return [];
    const callBy = callDeadline(this.config);
    const leased = await this.repository.leaseDue(capacities);
    this.rateLimiter.hasBacklog ||= capacities.some((capacity) => isUsedUp(capacity, leased));
    leased.forEach(({ provider }) => this.rateLimiter.acquire(provider));
    return leased.map((operation) => ({ operation, callBy }));
  }

  private call(delivery: Delivery): void {
    const call = this.deliver(delivery)
      .catch((error: Error) =>
        this.logger.error(`operation ${delivery.operation.id} is left to its lease: ${error.message}`),
      )
      .finally(() => {
        this.calls.delete(call);
        if (this.rateLimiter.hasBacklog) this.signal.pollLoop.nudge();
      });
    this.calls.add(call);
  }

  private async deliver(delivery: Delivery): Promise<void> {
    const { outcome, away } = await this.callBeforeLeaseEnds(delivery).finally(() =>
      this.rateLimiter.release(delivery.operation.provider),
    );
    if (!away)
      this.rateLimiter.hasBacklog =
        (await this.circuitBreaker.recordSuccess(delivery.operation.provider)) || this.rateLimiter.hasBacklog;
    else if (
      (await this.circuitBreaker.recordFailure(delivery.operation.provider)) &&
      'countsAsTry' in outcome
    )
      outcome.countsAsTry = false;
    this.outcomes.push({ delivery, outcome });
    this.rateLimiter.hasBacklog ||= this.outcomes.length >= SETTLE_AT_ONCE;
    this.settling ??= this.flushOutcomes();
    await this.settling;
  }

  /** Who comes late to a call, after a slow commit or a standstill of this process, may no longer be the only one to make it. */
  private async callBeforeLeaseEnds(delivery: Delivery): Promise<CallResult> {
    if (performance.now() > delivery.callBy) throw new Error('too late for a call that is over within it');
    return callProvider(this.drivers.find(delivery.operation.provider)!, delivery.operation);
  }

  /** What came in while the last transaction ran goes into the next one together; after a failure each goes alone. */
  private async flushOutcomes(): Promise<void> {
    for (let failures = 0; this.outcomes.length > 0;) {
      const batch = this.outcomes.slice(0, failures > 0 ? 1 : SETTLE_AT_ONCE);
      try {
        await this.linger.run(() => this.recordOutcomes(batch));
        this.outcomes = this.outcomes.slice(batch.length);
        failures = 0;
        if (this.linger.pauseMs > 0) await this.flushLoop.sleep(this.linger.pauseMs);
      } catch (error) {
        this.logger.warn(`outcomes cannot be noted now: ${(error as Error).message}`);
        if (this.signal.pollLoop.isStopped) this.outcomes = [];
        else if (batch.length === 1 && classifyDatabaseError(error) === 'permanent')
          await this.park(batch[0]!.delivery, error);
        await this.flushLoop.sleep(backoffMs(++failures));
      }
    }
    this.settling = undefined;
  }

  /** What came of it cannot be stored, and would not be the next time: a person must look. */
  private async park(delivery: Delivery, error: unknown): Promise<void> {
    this.outcomes.shift();
    const { type, code = type } = describeError(error);
    const message = `what came of the call cannot be stored: ${code}`;
    await this.recordOutcomes(
      [{ delivery, outcome: { kind: 'unknown', error: message, countsAsTry: true } }],
      {
        ...this.retryPolicy,
        maxTries: 0,
      },
    ).catch((failure: Error) =>
      this.logger.error(`${delivery.operation.id} is left to its lease: ${failure.message}`),
    );
  }

  private recordOutcomes(
    batch: readonly { delivery: Delivery; outcome: Outcome }[],
    retryPolicy = this.retryPolicy,
  ): Promise<void> {
    return this.transaction.run((work) =>
      this.jobs.update(
        work,
        batch.map(({ delivery }) => delivery.operation.requestId),
        (jobs, context) => {
          for (const { delivery, outcome } of batch) {
            const { requestId, id } = delivery.operation;
            jobs.get(requestId)!.recordOutcome(id, outcome, retryPolicy, context);
          }
        },
      ),
    );
  }
}

const isUsedUp = ({ provider, free }: Capacity, leased: readonly { provider: string }[]): boolean =>
  leased.filter((each) => each.provider === provider).length >= free;
