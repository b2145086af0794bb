import { Controller, Get, HttpCode, Inject, Param, Post, type Type } from '@nestjs/common';
import { Catalogue, type Provider } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import { CurrentCaller, Log, NotFound, Roles, type Caller } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { serviceName, UTILITY } from '../adapter.js';
import { DeliverySignal } from '../delivery/delivery-signal.js';
import { DriverRegistry } from '../drivers/driver-registry.js';
import { DIFFERENCES } from '../jobs/finding.js';
import { Reconcile } from '../reconciliation/reconcile.js';
import { ProviderSecrets } from '../secrets/provider-secrets.js';
import { ProviderStatuses } from './provider-statuses.js';

/** How it stands with one provider. */
export interface ProviderStatus {
  provider: string;
  dialect: string;
  /** `away`: it does not answer; `left-alone`: it asked for that; `paused`: an operator did. */
  state: 'working' | 'away' | 'left-alone' | 'paused';
  /** Since when it is so, where it does not work. */
  since: Date | null;
  leftAloneUntil: Date | null;
  pausedBy: string | null;
  /** Calls in a row that it did not answer. */
  failures: number;
  /** Operations that it has not taken, without parked ones. */
  waiting: number;
  /** Since when the oldest of them waits. */
  waitingSince: Date | null;
  parked: number;
  /** What went wrong with the one that has waited longest, where anything did. */
  lastError: string | null;
  ratePerSecond: number;
  concurrency: number;
  /** Can it be asked for its own list of jobs? */
  hasList: boolean;
  /** Secrets shared with it; a second one while it is being changed. */
  secrets: number;
  /** When it last answered, reported or pulled something, to about ten seconds. */
  heardAt: Date | null;
  /** The last comparison with its own list of jobs; null where there was none. */
  reconciliation: {
    startedAt: Date;
    /** Null while it is under way. */
    finishedAt: Date | null;
    /** Jobs that it listed. */
    listed: number;
    /** Jobs whose lost reports were applied. */
    repaired: number;
    /** Differences that are open as findings. */
    different: number;
    /** Why it could not be done, or not yet. */
    error: string | null;
  } | null;
}

/** What the catalogue and the configuration say of it. */
type Described = Pick<ProviderStatus, 'dialect' | 'ratePerSecond' | 'concurrency' | 'hasList' | 'secrets'>;
type Row = Omit<ProviderStatus, keyof Described>;

/** What an operator sees of the providers of one utility, and how they are paused. */
export function providersController(utility: Utility): Type {
  @Controller(`/v1/ops/${serviceName(utility)}/providers`)
  @Roles('operator')
  class ProvidersController {
    constructor(
      private readonly dataSource: DataSource,
      private readonly catalogue: Catalogue,
      private readonly statuses: ProviderStatuses,
      private readonly signal: DeliverySignal,
      private readonly log: Log,
      private readonly drivers: DriverRegistry,
      private readonly reconcile: Reconcile,
      private readonly providerSecrets: ProviderSecrets,
      @Inject(UTILITY) private readonly own: Utility,
    ) {}

    /** How it stands with each provider of the catalogue. */
    @Get()
    async list(): Promise<{ providers: ProviderStatus[] }> {
      const providers = this.catalogue.providers(this.own);
      const rows = await this.dataSource.query<Row[]>(STATUSES, [providers.map(({ id }) => id)]);
      const described = new Map(providers.map((provider) => [provider.id, this.describe(provider)]));
      return { providers: rows.map((row) => ({ ...row, ...described.get(row.provider)! })) };
    }

    /** It is told and asked nothing until it is resumed; what it reports is taken. Within two seconds, on all instances. */
    @Post(':provider/pause')
    @HttpCode(204)
    async pause(@CurrentCaller() { subject }: Caller, @Param('provider') id: string): Promise<void> {
      const provider = this.known(id);
      await this.statuses.pause(provider, subject);
      this.log.log('provider paused', { operator: subject, provider });
    }

    /** What waited goes out at once. */
    @Post(':provider/resume')
    @HttpCode(204)
    async resume(@CurrentCaller() { subject }: Caller, @Param('provider') id: string): Promise<void> {
      const provider = this.known(id);
      await this.statuses.resume(provider);
      this.log.log('provider resumed', { operator: subject, provider });
      this.signal.wake();
    }

    /** Compares its own list of jobs with ours now; one that is under way goes on. 404 where it has no list. */
    @Post(':provider/reconcile')
    @HttpCode(202)
    async startReconciliation(
      @CurrentCaller() { subject }: Caller,
      @Param('provider') id: string,
    ): Promise<void> {
      const provider = this.known(id);
      if (!this.drivers.isListing(provider)) throw new NotFound();
      this.log.log('reconciliation started', { operator: subject, provider });
      await this.reconcile.start(provider);
    }

    private describe(provider: Provider): Described {
      const { id, dialect, ratePerSecond, concurrency } = provider;
      const secrets = this.providerSecrets.configured(provider).length;
      return { dialect, ratePerSecond, concurrency, hasList: this.drivers.isListing(id), secrets };
    }

    private known(id: string): string {
      if (this.catalogue.provider(id)?.utility !== this.own) throw new NotFound();
      return id;
    }
  }
  return ProvidersController;
}

const STATUSES = `select p.id as provider,
    case when s.paused_at is not null then 'paused' when c.open_until is null then 'working'
      when c.failures = 0 then case when c.open_until > now() then 'left-alone' else 'working' end
      else 'away' end as state,
    coalesce(s.paused_at, case when c.open_until is not null and (c.failures > 0 or c.open_until > now()) then c.away_since end) as since,
    case when c.open_until > now() then c.open_until end as "leftAloneUntil",
    s.paused_by as "pausedBy", coalesce(c.failures, 0) as failures,
    coalesce(o.waiting, 0) as waiting, o.waiting_since as "waitingSince", coalesce(o.parked, 0) as parked, o.last_error as "lastError", s.heard_at as "heardAt",
    case when r.provider is not null then jsonb_build_object(
      'startedAt', r.started_at, 'finishedAt', r.finished_at, 'listed', r.listed, 'repaired', r.repaired, 'error', r.error,
      'different', (select count(*) from finding f where f.provider = p.id and f.closed_at is null
        and f.kind in (${DIFFERENCES.map((kind) => `'${kind}'`).join(', ')}))) end as reconciliation
  from unnest($1::text[]) with ordinality p(id, place)
  left join provider_status s on s.provider = p.id
  left join provider_circuit c on c.provider = p.id
  left join reconciliation r on r.provider = p.id
  left join (
    select provider, count(*) filter (where status <> 'parked')::int as waiting,
      min(since) filter (where status <> 'parked') as waiting_since, count(*) filter (where status = 'parked')::int as parked,
      (array_agg(last_error order by since) filter (where status <> 'parked'))[1] as last_error
    from operation where status in ('pending', 'sending', 'failing', 'unknown', 'parked') group by provider) o on o.provider = p.id
  order by p.place`;
