import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { deriveQueryCode, isMobile } from '@lianban/contracts';
import {
  doublingRetries,
  LeasedWorker,
  RequestTraces,
  type Done,
  type LeasedWork,
  type RetryPolicy,
} from '@lianban/messaging';
import { Clock, Log, RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { NotificationConfig } from '../notification.config.js';
import { renderText } from '../templates/render-text.js';
import {
  failWithoutContact,
  leaseDueTexts,
  recordTextResults,
  type LeasedText,
  type TextResult,
} from './leased-texts.js';
import { SmsGateway } from './sms-gateway.js';
import { leavesAt } from './texting-hours.js';

const MAX_WAIT_MS = 300_000;
const CONTACT_WAIT_MS = 86_400_000;
const CONTACT_CHECK_MS = 60_000;

/** Sends due texts, a few at a time, and records each result. */
@Injectable()
export class SendNotices
  implements LeasedWork<LeasedText, TextResult>, OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly retryPolicy: RetryPolicy;
  private readonly worker: LeasedWorker<LeasedText, TextResult>;
  private readonly contactCheck: RepeatingTask;
  /** The last lease used all capacity: more texts may be due. */
  private hasBacklog = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly gateway: SmsGateway,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly traces: RequestTraces,
    @Inject(NotificationConfig) private readonly config: NotificationConfig,
  ) {
    this.retryPolicy = doublingRetries(config.smsMaxTries, config.smsFirstWaitMs, MAX_WAIT_MS);
    this.worker = new LeasedWorker(this, config.smsPollMs, log);
    this.contactCheck = new RepeatingTask(
      () => this.failWithoutContact(),
      (error) => log.warn('cannot look for texts without a contact', error),
    );
  }

  onApplicationBootstrap(): void {
    this.worker.start();
    this.contactCheck.start(CONTACT_CHECK_MS);
  }

  /** Waits for texts in flight and records their results. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.worker.stop(), this.contactCheck.stop()]);
  }

  async lease(): Promise<LeasedText[]> {
    const free = this.config.smsConcurrency - this.worker.inFlightCount;
    const now = this.clock.now();
    const isNight = leavesAt(now, this.config.smsHours) > now;
    this.hasBacklog &&= !isNight;
    if (free === 0 || isNight) return [];
    const leased = await leaseDueTexts(this.dataSource, now, this.leaseMs, free);
    this.hasBacklog = leased.length === free;
    return leased;
  }

  /** Longer than a try and recording it can take. */
  private get leaseMs(): number {
    return 2 * this.config.smsTimeoutMs + 5_000;
  }

  /** Waits for half of the capacity, because each lease costs the same. */
  hasMore(inFlight: number): boolean {
    return this.hasBacklog && 2 * inFlight <= this.config.smsConcurrency;
  }

  async perform(leased: LeasedText): Promise<TextResult> {
    const { id, requestId, attempts, notices, phone, hall } = leased;
    if (notices.length === 0) return { kind: 'superseded' };
    if (!isMobile(phone)) return { kind: 'to-call', hall };
    const text = renderText(leased, this.catalogue, (code) =>
      deriveQueryCode(this.config.queryCodeSecret, requestId, code),
    );
    const attributes = {
      'lianban.notice.kinds': notices.map(({ kind }) => kind),
      'lianban.text.attempts': attempts,
    };
    const result = await this.traces.call(
      requestId,
      'send sms',
      attributes,
      () => this.gateway.send({ id, to: phone, text }),
      ({ kind }) => ({ outcome: kind, isError: kind !== 'sent' }),
    );
    if (result.kind === 'sent') return { kind: 'sent' };
    const { kind, reason } = result;
    this.log.warn('a text was not sent', { text: id, attempts, reason });
    if (kind === 'refused' || attempts >= this.retryPolicy.maxTries) return { kind: 'failed', reason };
    return { kind: 'retry', reason, nextAttemptAt: this.in(this.retryPolicy.delayAfterMs(attempts)) };
  }

  record(batch: readonly Done<LeasedText, TextResult>[]): Promise<void> {
    const results = batch.map(({ item: { id, attempts }, result }) => ({ id, attempts, ...result }));
    return recordTextResults(this.dataSource, results, this.clock.now());
  }

  recordFailure({ id, attempts }: LeasedText): Promise<void> {
    const result = { id, attempts, kind: 'failed', reason: 'result-not-stored' } as const;
    return recordTextResults(this.dataSource, [result], this.clock.now());
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
