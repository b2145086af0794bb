import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Lag, Readings } from '@lianban/messaging';
import { AdmissionControl } from './admission-control.js';
import { TokenBucket } from './token-bucket.js';

const EVERY_MS = 1_000;
/** Seconds after the last registration for which the readers are still looked at: at rest it costs nothing. */
const GOES_ON = 15;
/** A look that takes longer tells nothing, seconds. */
const PATIENCE = 10;
/** Looks in a row that must fail before it is said, and it is said once: a first look may come before Kafka's metadata. */
const BLIND = 2;

/** Whether one more registration is taken in: no more than the house carries, once its readers are behind. */
@Injectable()
export class Admission implements OnModuleDestroy {
  private readonly logger = new Logger('Admission');
  private readonly control = new AdmissionControl();
  private readonly bucket = new TokenBucket();
  private readonly counts = { admitted: 0, refused: 0 };
  private lag = new Lag();
  private timer?: NodeJS.Timeout;
  private lastAsked = 0;
  private lookingSince?: number;
  private failures = 0;

  constructor(private readonly readings: Readings) {}

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Whether nobody can be taken in now; counts him who asked and could not. */
  refuses(): boolean {
    this.lastAsked = now();
    this.timer ??= setInterval(() => void this.look(), EVERY_MS).unref();
    const refuses = !this.bucket.has(this.control.limit, this.lastAsked);
    if (refuses) this.counts.refused += 1;
    return refuses;
  }

  /** One is taken in, who was not refused. */
  admit(): void {
    this.bucket.take();
    this.counts.admitted += 1;
  }

  /** Looks once at how far the readers are behind, unless the look before is still under way. */
  async look(): Promise<void> {
    if (now() - this.lastAsked > GOES_ON) return this.rest();
    if (this.lookingSince !== undefined) {
      if (now() - this.lookingSince > PATIENCE) this.control.forget();
      return;
    }
    this.lookingSince = now();
    try {
      const readings = await this.readings.look();
      this.note(this.lag.note(readings, now()));
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      if (this.failures === BLIND)
        this.logger.warn(`the readers cannot be seen, so everybody is admitted: ${(error as Error).message}`);
      this.control.forget();
    }
    this.lookingSince = undefined;
  }

  private note(lag: number): void {
    const before = this.control.limit;
    this.control.note({ at: now(), lag, ...this.counts });
    const { limit } = this.control;
    if ((before === Infinity) !== (limit === Infinity))
      this.logger.warn(
        limit === Infinity
          ? 'the readers keep up again: everybody is admitted'
          : `the readers are ${lag.toFixed(1)} s behind: ${limit.toFixed(0)} registrations a second are admitted`,
      );
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.lag = new Lag();
    this.control.forget();
  }
}

const now = (): number => performance.now() / 1_000;
