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
import { claimDue, giveUpWithoutContact, noteSent, noteToCall, noteUnsent, type Claimed } from './claims.js';
import { SmsGateway } from './sms-gateway.js';
import { leavesAt } from './texting-hours.js';
import { writeText } from './write-text.js';

const LONGEST_WAIT = 300_000;
const CONTACT_TERM = 86_400_000;
const LOOK_FOR_ORPHANS = 60_000;

/** Sends what is due, a few texts at a time and outside any transaction, and notes what came of each. */
@Injectable()
export class SendNotices implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly waker: PollLoop;
  private readonly calls = new Set<Promise<void>>();
  private readonly sent: Batcher<string[], void>;
  private running?: Promise<void>;
  private lastLook = 0;
  /** Was there no room for all that is due, when it was looked for last? */
  private mayBeMore = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly gateway: SmsGateway,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(NotificationConfig) private readonly config: NotificationConfig,
  ) {
    this.waker = new PollLoop();
    this.sent = new Batcher(
      async (ids) => {
        await noteSent(dataSource, ids.flat(), clock.now());
        return [];
      },
      { maxBatchSize: 100 },
    );
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** Texts under way are waited for, and what came of them is noted. */
  async beforeApplicationShutdown(): Promise<void> {
    this.waker.stop();
    await this.running;
    await Promise.all(this.calls);
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.waker.isStopped;) {
      try {
        await this.lookForOrphans();
        const claimed = await this.claim();
        failures = 0;
        claimed.forEach((each) => this.call(each));
        if (!this.mayBeMore || claimed.length === 0) await this.waker.sleep(this.config.smsInterval, true);
      } catch (error) {
        this.log.warn('cannot look for due notices', error);
        await this.waker.sleep(backoffMs(++failures));
      }
    }
  }

  private async claim(): Promise<Claimed[]> {
    const free = this.config.smsConcurrency - this.calls.size;
    const now = this.clock.now();
    const isNight = leavesAt(now, this.config.smsHours) > now;
    this.mayBeMore &&= !isNight;
    if (free === 0 || isNight) return [];
    const claimed = await claimDue(this.dataSource, now, this.in(this.lease), free);
    this.mayBeMore = claimed.length === free;
    return claimed;
  }

  /** Longer than a try and the note of it can take. */
  private get lease(): number {
    return 2 * this.config.smsTimeout + 5_000;
  }

  private call(claimed: Claimed): void {
    const call = this.send(claimed)
      .catch((error: Error) => this.log.error('a text is left to its lease', { text: claimed.textId }, error))
      .finally(() => {
        this.calls.delete(call);
        // One look for several: each costs the same, however little room there is.
        if (this.mayBeMore && 2 * this.calls.size <= this.config.smsConcurrency) this.waker.nudge();
      });
    this.calls.add(call);
  }

  private async send(claimed: Claimed): Promise<void> {
    const { textId, ids, attempts, news, receiptNumber, phone, language } = claimed;
    if (!isMobile(phone)) return noteToCall(this.dataSource, claimed, this.clock.now());
    const text = writeText(news, receiptNumber, language, this.catalogue);
    const sending = await this.gateway.send({ id: textId, to: phone, text });
    if (sending.kind === 'sent') return this.sent.enqueue(ids);
    this.log.warn('a text was not sent', { text: textId, attempts, reason: sending.reason });
    const nextAttemptAt = this.in(waitAfter(attempts, this.config.smsFirstWait));
    const patience = { budget: this.config.smsBudget, nextAttemptAt };
    await noteUnsent(this.dataSource, claimed, sending, patience, this.clock.now());
  }

  private async lookForOrphans(): Promise<void> {
    if (Date.now() - this.lastLook < LOOK_FOR_ORPHANS) return;
    await this.giveUpOrphans();
    this.lastLook = Date.now();
  }

  /** Notices whose contact did not come within a day are failed. */
  async giveUpOrphans(): Promise<void> {
    const count = await giveUpWithoutContact(this.dataSource, this.clock.now(), this.in(-CONTACT_TERM));
    if (count > 0) this.log.warn('notices without a contact were given up', { count });
  }

  private in(milliseconds: number): Date {
    return new Date(this.clock.now().getTime() + milliseconds);
  }
}

/** Doubling with jitter on the upper half, so that what failed together does not come back together. */
function waitAfter(attempts: number, firstWait: number): number {
  const limit = Math.min(LONGEST_WAIT, firstWait * 2 ** Math.min(attempts - 1, 20));
  return limit / 2 + (limit / 2) * Math.random();
}
