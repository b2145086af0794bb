import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Utility } from '@lianban/contracts';
import { cutText, Log, RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { AdapterConfig, callDeadline, leaseMs, retryPolicyOf } from '../adapter.config.js';
import { UTILITY } from '../adapter.js';
import { failureOf } from '../delivery/call-provider.js';
import { CircuitBreaker } from '../delivery/circuit-breaker.js';
import { DriverRegistry } from '../drivers/driver-registry.js';
import { withinOneTimeout } from '../drivers/provider-http.js';
import { ProviderUnavailable } from '../drivers/utility-driver.js';

const PAGE_SIZE = 20;

interface Leased {
  requestId: string;
  attempt: number;
  reference: string;
  provider: string;
  operation: string;
  tries: number;
  /** By the database. */
  leasedUntil: string;
}

/** What one try led to: columns of the row. */
interface Result {
  isWithdrawn?: boolean;
  isRefused?: boolean;
  reason?: string;
  error?: string;
  isTry?: boolean;
  /** Milliseconds to the next one; null after the last. */
  waitMs: number | null;
}

/**
 * Withdraws what a provider was told twice: a call that stood still for longer than its lease was made again, and both arrived. One instance
 * at a time takes an order; what came of a try that nobody recorded is looked up by the driver at the next.
 */
@Injectable()
export class WithdrawSecondOrders implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly task: RepeatingTask;
  private readonly providers: string[];
  private isStopping = false;

  constructor(
    private readonly drivers: DriverRegistry,
    private readonly dataSource: DataSource,
    private readonly circuitBreaker: CircuitBreaker,
    private readonly log: Log,
    @Inject(UTILITY) private readonly utility: Utility,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {
    this.providers = drivers.withdrawingSeconds();
    this.task = new RepeatingTask(
      () => this.look(),
      ({ message }) => log.warn(`second orders are withdrawn later: ${message}`),
    );
  }

  onApplicationBootstrap(): void {
    if (this.providers.length > 0) this.task.start(this.config.reportPollMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.task.stop();
  }

  private async look(): Promise<void> {
    for (let tries = 0; tries < PAGE_SIZE && !this.isStopping; tries++) {
      const callBy = callDeadline(this.config);
      const [second] = await this.dataSource
        .query<[Leased[], number]>(LEASE, [this.providers, leaseMs(this.config)])
        .then(([rows]) => rows);
      if (!second) return;
      await this.record(second, await this.withdraw(second, callBy));
    }
  }

  /** No transaction is open meanwhile. */
  private async withdraw(second: Leased, callBy: number): Promise<Result> {
    const { requestId, attempt, provider, reference, operation, tries } = second;
    const driver = this.drivers.find(provider)!;
    const placement = `${requestId}:${this.utility}:${attempt}`;
    try {
      if (performance.now() > callBy) throw new ProviderUnavailable('too late for the call', false);
      const answer = await withinOneTimeout(this.config.callTimeoutMs, () =>
        driver.withdrawSecond!({ placement, reference, operation }),
      );
      await this.circuitBreaker.recordSuccess(provider);
      return answer === 'withdrawn'
        ? { isWithdrawn: true, waitMs: null }
        : { waitMs: this.config.reportPollMs };
    } catch (error) {
      return this.afterFailure(provider, tries, error);
    }
  }

  private async afterFailure(provider: string, tries: number, error: unknown): Promise<Result> {
    const { outcome, away, waitMs } = failureOf(error);
    if (waitMs !== undefined) await this.circuitBreaker.leaveAlone(provider, waitMs);
    else if (away) await this.circuitBreaker.recordFailure(provider);
    if (outcome.kind === 'refused')
      return { isRefused: true, reason: outcome.reason, error: outcome.providerMessage, waitMs: null };
    const { delayAfterMs, maxTries } = retryPolicyOf(this.config);
    const isTry = !away && waitMs === undefined;
    const wait = Math.max(waitMs ?? 0, delayAfterMs(tries + 1));
    // What was perhaps sent must have arrived before it is looked for.
    const inFlight = outcome.kind === 'unknown' ? leaseMs(this.config) : 0;
    const isLast = isTry && tries + 1 >= maxTries;
    return {
      error: (error as Error).message,
      isTry,
      waitMs: isLast ? null : Math.max(wait, inFlight),
    };
  }

  private async record(second: Leased, result: Result): Promise<void> {
    const { requestId, attempt, reference, leasedUntil, provider } = second;
    const { isWithdrawn = false, isRefused = false, reason, error, isTry = false, waitMs } = result;
    await this.dataSource.query(RECORD, [
      ...[requestId, attempt, reference, leasedUntil],
      ...[
        isWithdrawn,
        isRefused,
        reason || null,
        error === undefined ? null : cutText(error, 500),
        isTry,
        waitMs,
      ],
    ]);
    const about = { provider, request: requestId, reference };
    if (isWithdrawn) this.log.log('second order withdrawn', about);
    else if (isRefused) this.log.warn('second order is not withdrawn', { ...about, reason });
    else if (error !== undefined) this.log.warn('second order not withdrawn yet', { ...about, error });
  }
}

const LEASE = `update second_order s set leased_until = clock_timestamp() + $2::integer * interval '1 millisecond',
    tried_at = coalesce(s.tried_at, clock_timestamp())
  where (request_id, attempt, reference) = (
    select d.request_id, d.attempt, d.reference from second_order d
    where d.next_at <= now() and d.leased_until < now() and d.provider = any($1::text[])
      and not exists (select from provider_status o where o.provider = d.provider and o.paused_at is not null)
      and not exists (select from provider_circuit o where o.provider = d.provider and o.open_until > now())
    order by d.next_at limit 1 for update skip locked)
  returning request_id as "requestId", attempt, reference, provider, operation, tries, leased_until::text as "leasedUntil"`;

const RECORD = `update second_order set leased_until = '-infinity', withdrawn_at = case when $5 then now() end,
    refused_at = case when $6 then now() end, reason = $7, last_error = $8, tries = tries + $9::boolean::integer,
    next_at = now() + $10::integer * interval '1 millisecond'
  where request_id = $1 and attempt = $2 and reference = $3 and leased_until = $4::timestamptz`;
