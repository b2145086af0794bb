import { Injectable } from '@nestjs/common';
import { Batcher } from '@lianban/messaging';
import { Clock } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { QueryCodeLimits } from './query-code-limits.config.js';
import { TooManyGuesses } from './too-many-guesses.js';
import { isAmong, networkOf } from './client-address.js';

/** What failures are counted by: a receipt as one address asks for it, and an address over all receipts. */
interface RateLimitKeys {
  pair: string;
  /** None where the address is exempt. */
  address?: string;
}

interface FailureCount {
  key: string;
  failures: number;
  triedAt: Date;
}

interface Limit {
  /** Failures that cost no wait. */
  freeFailures: number;
  maxWaitSeconds: number;
}

/** Attempts of one pair that this process has in hand. */
interface InFlight {
  waiting: number;
  admitted: number;
  /** Failures since the first of them arrived. */
  failures: number;
}

/** One attempt to authenticate; its outcome is recorded, and it is released in any case. */
export interface QueryCodeAttempt {
  keys: RateLimitKeys;
  /** When the attempt before was admitted, where this one had to wait for that. */
  waitedFrom?: Date;
  hasFailed?: boolean;
}

const MAX_EXPIRED_PER_FAILURE = 20;
/** From a guessing address a page may still ask for status and events. */
const GUESSER_FREE_FAILURES = 2;
const GUESSER_WAIT_FACTOR = 4;

/**
 * Slows down guessing: after some wrong codes each further attempt at that receipt from that address is admitted only after
 * a wait, which doubles; an address that guesses at many receipts has fewer free and waits longer. Failures are counted in
 * the database, so that the limit holds over all instances and restarts; a right code works once the wait is over.
 */
@Injectable()
export class QueryCodeRateLimiter {
  private readonly batcher = new Batcher((each: RateLimitKeys[]) => this.findCounts(each), {
    maxBatchSize: 64,
    concurrency: 2,
  });
  private readonly inFlight = new Map<string, InFlight>();
  private readonly isExempt: (address: string) => boolean;

  constructor(
    private readonly database: DataSource,
    private readonly config: QueryCodeLimits,
    private readonly clock: Clock,
  ) {
    this.isExempt = isAmong(config.queryCodeExemptAddresses);
  }

  /** Begins an attempt, which must be released. @throws TooManyGuesses */
  async acquire(receipt: string, address: string): Promise<QueryCodeAttempt> {
    const keys = this.rateLimitKeys(receipt, address);
    const inFlight = this.inFlight.get(keys.pair) ?? { waiting: 0, admitted: 0, failures: 0 };
    this.inFlight.set(keys.pair, inFlight);
    inFlight.waiting += 1;
    try {
      return { keys, waitedFrom: await this.admit(keys, inFlight) };
    } catch (refusal) {
      this.forget(keys.pair, inFlight);
      throw refusal;
    }
  }

  /** Answers when the attempt before was admitted, where this one had to wait. @throws TooManyGuesses */
  private async admit(keys: RateLimitKeys, inFlight: InFlight): Promise<Date | undefined> {
    const failuresBefore = inFlight.failures;
    const { pair, address } = await this.batcher.enqueue(keys);
    const now = this.clock.now();
    const limit = this.limitFor(address);
    const waitSeconds = pair ? waitSecondsAfter(pair.failures, limit) : 0;
    if (waitSeconds > 0) {
      const remainingMs = pair!.triedAt.getTime() + waitSeconds * 1000 - now.getTime();
      if (remainingMs > 0) throw new TooManyGuesses(Math.ceil(remainingMs / 1000));
      if (!(await this.claimAttempt(pair!, now))) throw new TooManyGuesses(waitSeconds);
      inFlight.admitted += 1;
      return pair!.triedAt;
    }
    // Attempts that cost no wait are admitted at the same time only as far as free ones are left.
    const failures = (pair?.failures ?? 0) + inFlight.failures - failuresBefore;
    if (failures + inFlight.admitted >= limit.freeFailures) throw new TooManyGuesses(1);
    inFlight.admitted += 1;
    return undefined;
  }

  release({ keys: { pair }, hasFailed = false }: QueryCodeAttempt): void {
    const inFlight = this.inFlight.get(pair)!;
    inFlight.admitted -= 1;
    inFlight.failures += Number(hasFailed);
    this.forget(pair, inFlight);
  }

  private forget(pair: string, inFlight: InFlight): void {
    inFlight.waiting -= 1;
    if (inFlight.waiting === 0) this.inFlight.delete(pair);
  }

  /** Whoever knows the code need not wait for the next attempt; failures before stay counted. */
  async recordSuccess({ keys, waitedFrom }: QueryCodeAttempt): Promise<void> {
    if (!waitedFrom) return;
    await this.database.query('update failed_query_code set tried_at = $2 where key = $1', [
      keys.pair,
      waitedFrom,
    ]);
  }

  async recordFailure(attempt: QueryCodeAttempt): Promise<void> {
    const { now, since } = this.window();
    attempt.hasFailed = true;
    await this.database.query(
      `delete from failed_query_code where key in (
         select key from failed_query_code where last_at < $1 limit $2 for update skip locked)`,
      [since, MAX_EXPIRED_PER_FAILURE],
    );
    await this.database.query(
      `insert into failed_query_code as f (key, failures, last_at, tried_at)
       select k, 1, $2, $2 from unnest($1::text[]) k order by k
       on conflict (key) do update set last_at = $2, tried_at = $2,
         failures = case when f.last_at > $3 then f.failures + 1 else 1 end`,
      [keysOf(attempt.keys), now, since],
    );
  }

  private rateLimitKeys(receipt: string, address: string): RateLimitKeys {
    const network = networkOf(address);
    const pair = `receipt ${receipt} from ${network}`;
    return this.isExempt(address) ? { pair } : { pair, address: `address ${network}` };
  }

  private limitFor(address: FailureCount | undefined): Limit {
    const { queryCodeMaxFailures, queryCodeMaxFailuresPerAddress, queryCodeMaxWaitSeconds } = this.config;
    if (!address || address.failures < queryCodeMaxFailuresPerAddress)
      return { freeFailures: queryCodeMaxFailures, maxWaitSeconds: queryCodeMaxWaitSeconds };
    return {
      freeFailures: Math.min(GUESSER_FREE_FAILURES, queryCodeMaxFailures),
      maxWaitSeconds: GUESSER_WAIT_FACTOR * queryCodeMaxWaitSeconds,
    };
  }

  private async findCounts(
    asked: readonly RateLimitKeys[],
  ): Promise<{ pair?: FailureCount; address?: FailureCount }[]> {
    const rows = await this.database.query<FailureCount[]>(
      `select key, failures, tried_at as "triedAt" from failed_query_code
       where key = any($1::text[]) and last_at > $2`,
      [asked.flatMap(keysOf), this.window().since],
    );
    const byKey = new Map(rows.map((row) => [row.key, row]));
    return asked.map(({ pair, address }) => ({
      pair: byKey.get(pair),
      address: address === undefined ? undefined : byKey.get(address),
    }));
  }

  /** Of all who come when the wait ends, one is admitted. */
  private async claimAttempt({ key, triedAt }: FailureCount, now: Date): Promise<boolean> {
    const [rows] = await this.database.query<[unknown[], number]>(
      'update failed_query_code set tried_at = $3 where key = $1 and tried_at = $2 returning key',
      [key, triedAt, now],
    );
    return rows.length > 0;
  }

  private window(): { now: Date; since: Date } {
    const now = this.clock.now();
    return { now, since: new Date(now.getTime() - this.config.queryCodeWindowSeconds * 1000) };
  }
}

const keysOf = ({ pair, address }: RateLimitKeys): string[] =>
  address === undefined ? [pair] : [pair, address];

const waitSecondsAfter = (failures: number, { freeFailures, maxWaitSeconds }: Limit): number =>
  failures < freeFailures ? 0 : Math.min(maxWaitSeconds, 2 ** Math.min(failures - freeFailures, 20));
