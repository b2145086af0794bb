import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { OutboxAgeGuard } from '@lianban/messaging';
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
  private readonly counts = { accepted: 0, refused: 0 };
  private trackers = { routing: new LagTracker(), delivery: new LagTracker() };
  private timer?: NodeJS.Timeout;
  private lastAskedAt = 0;
  private samplingSince?: number;

  constructor(
    private readonly outboxAge: OutboxAgeGuard,
    private readonly waiting: WaitingRequests,
  ) {}

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /**
   * Called before a request is validated; `queued` is the number of accepted requests that are not stored yet.
   * @throws TooBusy, OutboxStalled
   */
  throwIfOverloaded(queued: number): void {
    this.outboxAge.throwIfStalled();
    this.lastAskedAt = nowSeconds();
    this.timer ??= setInterval(() => void this.sample(), SAMPLE_MS).unref();
    if (queued < MAX_QUEUED_REQUESTS && this.bucket.has(this.limit.limit, this.lastAskedAt)) return;
    this.counts.refused += 1;
    throw new TooBusy();
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
