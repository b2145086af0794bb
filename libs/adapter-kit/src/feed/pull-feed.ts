import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Provider } from '@lianban/catalogue';
import { Transaction, type UnitOfWork } from '@lianban/messaging';
import type { Utility } from '@lianban/contracts';
import { Problem } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { AdapterConfig, retryPolicyOf } from '../adapter.config.js';
import { serviceName, UTILITY } from '../adapter.js';
import { DeliverySignal } from '../delivery/delivery-signal.js';
import { ProviderMetrics } from '../delivery/provider-metrics.js';
import { JobStore } from '../jobs/job-store.js';
import type { OperationBody } from '../jobs/operation.js';
import { OPERATION, toOperation } from '../jobs/sql-job.repository.js';
import { toFeedEvent, type FeedEvent } from './feed-event.js';

/** After so long without a word it is unknown whether the provider has what it was given; it is given it again. */
const GIVEN_FOR = '1 day';
const LOOK_EVERY_MS = 1_000;
const ACKNOWLEDGED_AT_ONCE = 500;

/** The provider has a position that we never gave: it kept it from another installation. */
export class UnknownPosition extends Problem {
  constructor() {
    super('unknown-position', 409, {
      'zh-CN': '游标不是本系统发出的，请去掉 after 重新拉取。',
      en: 'The position is not one of ours; pull without "after" again.',
    });
  }
}

export interface Pull {
  provider: Provider;
  /** Everything up to here the provider has; undefined: what it was given last and has not said so of. */
  after: string | undefined;
  limit: number;
  /** Milliseconds to wait for something new. */
  waitMs: number;
}

/**
 * Lets a provider pull what it is to be told. What it has it says by pulling what comes after; all else it is given again. Positions
 * grow in the order of giving, one pull at a time for each provider, so that none is passed over.
 */
@Injectable()
export class PullFeed implements BeforeApplicationShutdown {
  private readonly pulls = new Set<Promise<FeedEvent[]>>();
  private isStopping = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly jobs: JobStore,
    private readonly signal: DeliverySignal,
    private readonly metrics: ProviderMetrics,
    @Inject(UTILITY) private readonly utility: Utility,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {}

  /** Who waits is answered while there is still a database. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    this.signal.wake();
    await Promise.allSettled(this.pulls);
  }

  /** @throws UnknownPosition */
  async execute(pull: Pull): Promise<FeedEvent[]> {
    const pulling = this.pull(pull);
    this.pulls.add(pulling);
    return pulling.finally(() => this.pulls.delete(pulling));
  }

  private async pull({ provider, after, limit, waitMs }: Pull): Promise<FeedEvent[]> {
    this.metrics.noteHeard(provider.id);
    const until = performance.now() + waitMs;
    const from = after ?? (await this.firstOpen(provider.id));
    if (after) await this.acknowledge(provider.id, after);
    for (;;) {
      const events = this.isStopping ? [] : await this.give(provider, from, limit);
      const leftMs = until - performance.now();
      if (events.length > 0 || leftMs <= 0 || this.isStopping) return events;
      await this.signal.whenDue(Math.min(leftMs, LOOK_EVERY_MS));
    }
  }

  private async firstOpen(provider: string): Promise<string> {
    const [row] = await this.dataSource.query<{ position: string }[]>(FIRST_OPEN, [provider]);
    return row!.position;
  }

  /** Everything that the provider was given up to there it has taken. */
  private async acknowledge(provider: string, position: string): Promise<void> {
    const [last] = await this.dataSource.query<{ isKnown: boolean }[]>(IS_KNOWN, [provider, position]);
    if (!last!.isKnown) throw new UnknownPosition();
    const acknowledgeSome = (work: UnitOfWork): Promise<number> =>
      this.acknowledgeSome(work, provider, position);
    while ((await this.transaction.run(acknowledgeSome)) === ACKNOWLEDGED_AT_ONCE);
  }

  private async acknowledgeSome(work: UnitOfWork, provider: string, position: string): Promise<number> {
    const taken = await work.manager.query<{ id: string; requestId: string }[]>(GIVEN, [
      provider,
      position,
      ACKNOWLEDGED_AT_ONCE,
    ]);
    if (taken.length === 0) return 0;
    await this.jobs.update(
      work,
      taken.map(({ requestId }) => requestId),
      (jobs, context) => {
        for (const { id, requestId } of taken)
          jobs.get(requestId)!.recordOutcome(id, { kind: 'taken' }, retryPolicyOf(this.config), context);
      },
    );
    return taken.length;
  }

  private async give(provider: Provider, from: string, limit: number): Promise<FeedEvent[]> {
    await this.transaction.run(async ({ manager }) => {
      await manager.query(ONE_AT_A_TIME, [provider.id]);
      await manager.query(GIVE, [provider.id, limit, GIVEN_FOR]);
    });
    const rows = await this.dataSource.query<{ dossier: OperationBody['dossier']; position: string }[]>(
      LIST,
      [provider.id, from, limit],
    );
    return rows.map((row) => this.toEvent(provider, row));
  }

  private toEvent({ id }: Provider, row: { dossier: OperationBody['dossier']; position: string }): FeedEvent {
    const { body } = toOperation(OPERATION.read(row as never), this.utility, row.dossier);
    const callback = `${this.config.publicUrl}/v1/providers/${id}/reports`;
    return toFeedEvent(body, { source: serviceName(this.utility), position: row.position, callback });
  }
}

const FIRST_OPEN = `select coalesce(
    (select min(feed_position) - 1 from operation where provider = $1 and status = 'sending' and feed_position is not null),
    (select max(feed_position) from operation where provider = $1), 0)::text as position`;

const IS_KNOWN = `select coalesce(max(feed_position), 0) >= $2::bigint as "isKnown" from operation where provider = $1`;

const GIVEN = `select id, request_id as "requestId" from operation
  where provider = $1 and status = 'sending' and feed_position <= $2::bigint order by feed_position limit $3`;

const ONE_AT_A_TIME = `insert into provider_cursor (provider, leased_until) values ($1, '-infinity')
  on conflict (provider) do update set leased_until = excluded.leased_until`;

const GIVE = `update operation o set status = 'sending', feed_position = n.position,
    lease_until = now() + $3::interval, in_flight_until = now() + $3::interval
  from (select id, nextval('feed_position') as position from (
    select o.id from operation o join placement p on p.request_id = o.request_id and p.attempt = o.attempt
    where o.provider = $1 and o.status in ('pending', 'failing', 'unknown') and o.next_at <= now()
      and not exists (select from provider_status where provider = $1 and paused_at is not null)
    order by o.next_at limit $2 for update of o, p skip locked) due) n
  where o.id = n.id`;

const LIST = `select ${OPERATION.select('o')}, d.body as dossier, o.feed_position::text as position
  from operation o join dossier d on d.request_id = o.request_id and d.version = o.dossier_version
  where o.provider = $1 and o.feed_position > $2::bigint order by o.feed_position limit $3`;
