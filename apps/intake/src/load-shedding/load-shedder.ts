import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { OutboxAgeGuard } from '@lianban/messaging';
import { Metrics } from '@lianban/service-kit';
import { Counter } from 'prom-client';
import { TooBusy } from '../requests/problems.js';
import { AdmissionLimit } from './admission-limit.js';
import { LagTracker } from './lag-tracker.js';
import { TokenBucket } from './token-bucket.js';
import { WaitingRequests } from './waiting-requests.js';

const MAX_QUEUED_REQUESTS = 500;
const SAMPLE_MS = 1_000;
/** Sampling stops after this time without registrations. */
const IDLE_SECONDS = 15;
const SAMPLE_TIMEOUT_SECONDS = 10;

/** Refuses registrations while too much work waits (docs/decisions/load-is-shed-by-lag.md). */
@Injectable()
export class LoadShedder implements OnModuleDestroy {
  private readonly logger = new Logger('LoadShedder');
  private readonly limit = new AdmissionLimit();
  private readonly bucket = new TokenBucket();
  private readonly refused: Counter<'reason'>;
  private readonly counts = { accepted: 0, refused: 0 };
  private trackers = { routing: new LagTracker(), delivery: new LagTracker() };
  private timer?: NodeJS.Timeout;
  private lastAskedAt = 0;
  private samplingSince?: number;

  constructor(
    private readonly outboxAge: OutboxAgeGuard,
    private readonly waiting: WaitingRequests,
    metrics: Metrics,
  ) {
    this.refused = new Counter({
      name: 'lianban_load_shed_total',
      help: 'Registrations that were refused because too much work waits, by what it waits for',
      labelNames: ['reason'],
      registers: [metrics.registry],
    });
    for (const reason of ['outbox', 'storing', 'lag']) this.refused.inc({ reason }, 0);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /**
   * Called before a request is validated; `queued` is the number of accepted requests that are not stored yet.
   * @throws TooBusy, OutboxStalled
   */
  throwIfOverloaded(queued: number): void {
    this.throwIfOutboxStalled();
    this.lastAskedAt = nowSeconds();
    this.timer ??= setInterval(() => void this.sample(), SAMPLE_MS).unref();
    const isStoring = queued >= MAX_QUEUED_REQUESTS;
    if (!isStoring && this.bucket.has(this.limit.limit, this.lastAskedAt)) return;
    this.counts.refused += 1;
    this.refused.inc({ reason: isStoring ? 'storing' : 'lag' });
    throw new TooBusy();
  }

  private throwIfOutboxStalled(): void {
    try {
      this.outboxAge.throwIfStalled();
    } catch (error) {
      this.refused.inc({ reason: 'outbox' });
      throw error;
    }
  }

  onAccepted(): void {
    this.bucket.take();
    this.counts.accepted += 1;
  }

  private async sample(): Promise<void> {
    const at = nowSeconds();
    if (at - this.lastAskedAt > IDLE_SECONDS) return this.pause();
    if (this.samplingSince !== undefined) {
      if (at - this.samplingSince > SAMPLE_TIMEOUT_SECONDS) this.limit.reset();
      return;
    }
    this.samplingSince = at;
    try {
      const { unrouted, undelivered } = await this.waiting.sample();
      const { routing, delivery } = this.trackers;
      const lag = Math.max(
        routing.record(unrouted, nowSeconds()),
        delivery.record(undelivered, nowSeconds()),
      );
      this.record(lag);
    } catch (error) {
      this.logger.warn(`the load is unknown, so everything is accepted: ${(error as Error).message}`);
      this.limit.reset();
    }
    this.samplingSince = undefined;
  }

  private record(lag: number): void {
    const wasLimited = this.limit.limit < Infinity;
    this.limit.record({ at: nowSeconds(), lag, ...this.counts });
    const { limit } = this.limit;
    if (wasLimited === limit < Infinity) return;
    this.logger.warn(
      wasLimited
        ? 'requests no longer wait: everything is accepted'
        : `requests wait for ${lag.toFixed(1)} s: ${limit.toFixed(0)} registrations a second are accepted`,
    );
  }

  private pause(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.trackers = { routing: new LagTracker(), delivery: new LagTracker() };
    this.limit.reset();
  }
}

const nowSeconds = (): number => performance.now() / 1_000;
