import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { isMobile } from '@lianban/contracts';
import { backoffMs, Batcher, PollLoop } from '@lianban/messaging';
import { Clock, Log } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { NotificationConfig } from '../notification.config.js';
import { renderText } from '../templates/render-text.js';
import {
  failWithoutContact,
  leaseDueTexts,
  markFailed,
  markSent,
  markSuperseded,
  markToCall,
  type LeasedText,
} from './leased-texts.js';
import { SmsGateway } from './sms-gateway.js';
import { leavesAt } from './texting-hours.js';

const MAX_WAIT_MS = 300_000;
const CONTACT_WAIT_MS = 86_400_000;
const CONTACT_CHECK_MS = 60_000;

/** Sends due texts, a few at a time and outside any transaction, and records each result. */
@Injectable()
export class SendNotices implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly pollLoop: PollLoop;
  private readonly sending = new Set<Promise<void>>();
  private readonly sent: Batcher<string, void>;
  private running?: Promise<void>;
  private lastContactCheck = 0;
  /** The last lease used all capacity: more texts may be due. */
  private hasMore = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly gateway: SmsGateway,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(NotificationConfig) private readonly config: NotificationConfig,
  ) {
    this.pollLoop = new PollLoop();
    this.sent = new Batcher(
      async (ids) => {
        await markSent(dataSource, ids, clock.now());
        return [];
      },
      { maxBatchSize: 100 },
    );
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** Waits for texts in flight and records their results. */
  async beforeApplicationShutdown(): Promise<void> {
    this.pollLoop.stop();
    await this.running;
    await Promise.all(this.sending);
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.pollLoop.isStopped;) {
      try {
        await this.checkContacts();
        const leased = await this.lease();
        failures = 0;
        leased.forEach((text) => this.start(text));
        if (!this.hasMore || leased.length === 0) await this.pollLoop.sleep(this.config.smsPollMs, true);
      } catch (error) {
        this.log.warn('cannot find due notices', error);
        await this.pollLoop.sleep(backoffMs(++failures));
      }
    }
  }

  private async lease(): Promise<LeasedText[]> {
    const free = this.config.smsConcurrency - this.sending.size;
    const now = this.clock.now();
    const isNight = leavesAt(now, this.config.smsHours) > now;
    this.hasMore &&= !isNight;
    if (free === 0 || isNight) return [];
    const leased = await leaseDueTexts(this.dataSource, now, this.in(this.leaseMs), free);
    this.hasMore = leased.length === free;
    return leased;
  }

  /** Longer than a try and recording it can take. */
  private get leaseMs(): number {
    return 2 * this.config.smsTimeoutMs + 5_000;
  }

  private start(text: LeasedText): void {
    const sending = this.send(text)
      .catch((error: Error) => this.log.error('a text is left to its lease', { text: text.id }, error))
      .finally(() => {
        this.sending.delete(sending);
        // Waits for half of the capacity, because each lease costs the same.
        if (this.hasMore && 2 * this.sending.size <= this.config.smsConcurrency) this.pollLoop.nudge();
      });
    this.sending.add(sending);
  }

  private async send(leased: LeasedText): Promise<void> {
    const { id, attempts, notices, phone } = leased;
    if (notices.length === 0) return markSuperseded(this.dataSource, leased, this.clock.now());
    if (!isMobile(phone)) return markToCall(this.dataSource, leased, this.clock.now());
    const text = renderText(leased, this.catalogue);
    const result = await this.gateway.send({ id, to: phone, text });
    if (result.kind === 'sent') return this.sent.enqueue(id);
    this.log.warn('a text was not sent', { text: id, attempts, reason: result.reason });
    const nextAttemptAt = this.in(waitMsAfter(attempts, this.config.smsFirstWaitMs));
    const schedule = { maxTries: this.config.smsMaxTries, nextAttemptAt };
    await markFailed(this.dataSource, leased, result, schedule, this.clock.now());
  }

  private async checkContacts(): Promise<void> {
    if (Date.now() - this.lastContactCheck < CONTACT_CHECK_MS) return;
    await this.failWithoutContact();
    this.lastContactCheck = Date.now();
  }

  /** Fails texts whose contact did not arrive within a day. */
  async failWithoutContact(): Promise<void> {
    const count = await failWithoutContact(this.dataSource, this.clock.now(), this.in(-CONTACT_WAIT_MS));
    if (count > 0) this.log.warn('texts failed without a contact', { count });
  }

  private in(milliseconds: number): Date {
    return new Date(this.clock.now().getTime() + milliseconds);
  }
}

/** Doubles with jitter, so that texts that failed together are not retried together. */
function waitMsAfter(attempts: number, firstWaitMs: number): number {
  const limit = Math.min(MAX_WAIT_MS, firstWaitMs * 2 ** Math.min(attempts - 1, 20));
  return limit / 2 + (limit / 2) * Math.random();
}
