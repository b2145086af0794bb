import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { backoffMs, Linger, PollLoop, Transaction } from '@lianban/messaging';
import { describeError, classifyDatabaseError } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import type { Utility } from '@lianban/contracts';
import { AdapterConfig, callDeadline, leaseMs } from '../adapter.config.js';
import { UTILITY } from '../adapter.js';
import { DeliverySignal } from './delivery-signal.js';
import { DriverRegistry } from '../drivers/driver-registry.js';
import { JobStore } from '../jobs/job-store.js';
import { recordOutcome, type Outcome, type RetryPolicy } from '../jobs/record-outcome.js';
import { leaseDue, expireLeases, type LeasedOperation, type Capacity } from './operation-leases.js';
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
  private readonly retryPolicy: RetryPolicy;
  private readonly calls = new Set<Promise<void>>();
  private outcomes: { claimed: LeasedOperation; outcome: Outcome }[] = [];
  private settling?: Promise<void>;
  private running?: Promise<void>;
  private lastLook = 0;
  private readonly linger = new Linger();
  /** Sleeps of its own: those of the search for due operations must stay wakeable. */
  private readonly flushLoop = new PollLoop();

  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly jobs: JobStore,
    private readonly drivers: DriverRegistry,
    private readonly links: CircuitBreaker,
    private readonly waker: DeliverySignal,
    private readonly rooms: ProviderRateLimiter,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {
    this.retryPolicy = {
      maxTries: config.deliveryMaxTries,
      delayAfterMs: (attempts) => backoffAfter(attempts, config),
    };
  }

  onApplicationBootstrap(): void {
    this.waker.dispatch = (claimed) => this.call(claimed);
    this.running = this.run();
  }

  /** Calls that are under way are waited for, and what came of them is noted. */
  async beforeApplicationShutdown(): Promise<void> {
    this.waker.stop();
    this.flushLoop.stop();
    await this.running;
    this.rooms.hasBacklog = true;
    await Promise.all(this.calls);
    await this.settling;
  }

  private async run(): Promise<void> {
    for (let failures = 0, isAtRest = false; !this.waker.isStopped;) {
      try {
        if (failures === 0 && this.lastLook === 0) await this.links.load();
        await this.lookForExpired();
        const claimed = await this.claim();
        failures = 0;
        claimed.forEach((each) => this.call(each));
        const wait = this.config.deliveryPollMs * (isAtRest ? AT_REST : 1);
        const isDisturbed = await this.waker.sleep(wait, true);
        isAtRest = !isDisturbed && claimed.length === 0;
      } catch (error) {
        this.logger.warn(`cannot look for what is due: ${(error as Error).message}`);
        await this.waker.sleep(backoffMs(++failures));
      }
    }
  }

  private async lookForExpired(): Promise<void> {
    if (Date.now() - this.lastLook < LOOK_FOR_EXPIRED) return;
    await expireLeases(this.dataSource);
    this.lastLook = Date.now();
  }

  private async claim(): Promise<LeasedOperation[]> {
    const rooms = this.rooms.free();
    this.rooms.hasBacklog = rooms.length < this.rooms.size;
    if (rooms.length === 0) return [];
    const callBy = callDeadline(this.config);
    const claimed = await leaseDue(
      this.dataSource,
      this.utility,
      rooms,
      leaseMs(this.config),
      this.config.circuitMaxFailures,
    );
    this.rooms.hasBacklog ||= rooms.some((room) => isFilled(room, claimed));
    claimed.forEach(({ provider }) => this.rooms.acquire(provider));
    return claimed.map((each) => ({ ...each, callBy }));
  }

  private call(claimed: LeasedOperation): void {
    const call = this.deliver(claimed)
      .catch((error: Error) =>
        this.logger.error(`operation ${claimed.id} is left to its lease: ${error.message}`),
      )
      .finally(() => {
        this.calls.delete(call);
        if (this.rooms.hasBacklog) this.waker.nudge();
      });
    this.calls.add(call);
  }

  private async deliver(claimed: LeasedOperation): Promise<void> {
    const { outcome, away } = await this.callBeforeLeaseEnds(claimed).finally(() =>
      this.rooms.release(claimed.provider),
    );
    if (!away)
      this.rooms.hasBacklog = (await this.links.recordSuccess(claimed.provider)) || this.rooms.hasBacklog;
    else if ((await this.links.recordFailure(claimed.provider)) && 'countsAsTry' in outcome)
      outcome.countsAsTry = false;
    this.outcomes.push({ claimed, outcome });
    this.rooms.hasBacklog ||= this.outcomes.length >= SETTLE_AT_ONCE;
    this.settling ??= this.flushOutcomes();
    await this.settling;
  }

  /** Who comes late to a call, after a slow commit or a standstill of this process, may no longer be the only one to make it. */
  private async callBeforeLeaseEnds(claimed: LeasedOperation): Promise<CallResult> {
    if (performance.now() > claimed.callBy) throw new Error('too late for a call that is over within it');
    return callProvider(this.drivers.find(claimed.provider)!, claimed);
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
        if (this.waker.isStopped) this.outcomes = [];
        else if (batch.length === 1 && classifyDatabaseError(error) === 'permanent')
          await this.park(batch[0]!.claimed, error);
        await this.flushLoop.sleep(backoffMs(++failures));
      }
    }
    this.settling = undefined;
  }

  /** What came of it cannot be stored, and would not be the next time: a person must look. */
  private async park(claimed: LeasedOperation, error: unknown): Promise<void> {
    this.outcomes.shift();
    const { type, code = type } = describeError(error);
    const message = `what came of the call cannot be stored: ${code}`;
    await this.recordOutcomes(
      [{ claimed, outcome: { kind: 'unknown', error: message, countsAsTry: true } }],
      {
        ...this.retryPolicy,
        maxTries: 0,
      },
    ).catch((failure: Error) => this.logger.error(`${claimed.id} is left to its lease: ${failure.message}`));
  }

  private recordOutcomes(
    batch: readonly { claimed: LeasedOperation; outcome: Outcome }[],
    patience = this.retryPolicy,
  ): Promise<void> {
    return this.transaction.run((work) =>
      this.jobs.update(
        work,
        batch.map(({ claimed }) => claimed.requestId),
        (files, context) => {
          for (const { claimed, outcome } of batch)
            recordOutcome(files.get(claimed.requestId)!, claimed.id, outcome, patience, context);
        },
      ),
    );
  }
}

const isFilled = ({ provider, free }: Capacity, claimed: readonly { provider: string }[]): boolean =>
  claimed.filter((each) => each.provider === provider).length >= free;

/** Doubling with jitter on the upper half, so that what failed together does not come back together. */
function backoffAfter(attempts: number, { deliveryFirstWaitMs, deliveryMaxWaitMs }: AdapterConfig): number {
  const limit = Math.min(
    deliveryMaxWaitMs,
    deliveryFirstWaitMs * 2 ** Math.min(Math.max(0, attempts - 1), 20),
  );
  return Math.round(limit / 2 + (limit / 2) * Math.random());
}
