import { Inject, Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import { Metrics } from '@lianban/service-kit';
import { Gauge, Histogram } from 'prom-client';
import { DataSource } from 'typeorm';
import { UTILITY } from '../adapter.js';
import { ProviderStatuses } from '../providers/provider-statuses.js';
import type { Outcome } from '../jobs/outcome.js';

/** Read from the index of operations in hand alone, which does not grow with those that are done. */
const OPEN_OPERATIONS = `select provider, status as state, count(*)::int as count from operation
  where status in ('pending', 'sending', 'failing', 'unknown', 'parked') group by provider, status`;

const OLDEST_OPERATIONS = `select provider, extract(epoch from min(since))::float8 as since from operation
  where status in ('pending', 'sending', 'failing', 'unknown') group by provider`;

/** How it goes with each provider: what it has not been told, how its calls end, and when it was last heard of. */
@Injectable()
export class ProviderMetrics {
  private readonly calls: Histogram<'provider' | 'outcome'>;
  /** By `Date.now()`; from the start of the process on, nobody knows more. */
  private readonly heardAt: Map<string, number>;

  constructor(
    dataSource: DataSource,
    metrics: Metrics,
    catalogue: Catalogue,
    private readonly statuses: ProviderStatuses,
    @Inject(UTILITY) utility: Utility,
  ) {
    const providers = catalogue.providers(utility).map(({ id }) => id);
    const heardAt = new Map(providers.map((id) => [id, Date.now()]));
    this.heardAt = heardAt;
    const registers = [metrics.registry];
    this.calls = new Histogram({
      name: 'lianban_provider_call_seconds',
      help: 'How long calls to a provider took, by what came of them',
      labelNames: ['provider', 'outcome'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    new Gauge({
      name: 'lianban_provider_last_heard_timestamp_seconds',
      help: 'When a provider last answered or reported to this process; at first its start',
      labelNames: ['provider'],
      registers,
      collect() {
        for (const [provider, at] of heardAt) this.set({ provider }, at / 1_000);
      },
    });
    new Gauge({
      name: 'lianban_operations',
      help: 'Operations that their provider has not taken, by how they stand',
      labelNames: ['provider', 'state'],
      registers,
      async collect() {
        this.reset();
        const rows = await dataSource
          .query<{ provider: string; state: string; count: number }[]>(OPEN_OPERATIONS)
          .catch(() => []);
        for (const { provider, state, count } of rows) this.set({ provider, state }, count);
      },
    });
    new Gauge({
      name: 'lianban_provider_paused',
      help: '1 while an operator has paused a provider',
      labelNames: ['provider'],
      registers,
      collect() {
        for (const provider of providers) this.set({ provider }, statuses.isPaused(provider) ? 1 : 0);
      },
    });
    new Gauge({
      name: 'lianban_provider_waiting_since_timestamp_seconds',
      help: 'Since when the oldest operation waits that a provider has not taken; none where nothing waits',
      labelNames: ['provider'],
      registers,
      async collect() {
        this.reset();
        const rows = await dataSource
          .query<{ provider: string; since: number }[]>(OLDEST_OPERATIONS)
          .catch(() => []);
        for (const { provider, since } of rows) this.set({ provider }, since);
      },
    });
    new Gauge({
      name: 'lianban_provider_circuit_open',
      help: '1 while a provider is left alone, because it does not answer',
      labelNames: ['provider'],
      registers,
      async collect() {
        this.reset();
        const rows = await dataSource
          .query<{ provider: string }[]>('select provider from provider_circuit where open_until is not null')
          .catch(() => undefined);
        const open = new Set(rows?.map(({ provider }) => provider));
        if (rows) for (const provider of providers) this.set({ provider }, open.has(provider) ? 1 : 0);
      },
    });
  }

  /** A call ended that began at `from`, by `performance.now()`. */
  noteCall(provider: string, outcome: Outcome['kind'], from: number): void {
    this.calls.observe({ provider, outcome }, (performance.now() - from) / 1_000);
  }

  /** It answered, or reported something. */
  noteHeard(provider: string): void {
    if (!this.heardAt.has(provider)) return;
    this.heardAt.set(provider, Date.now());
    this.statuses.noteHeard(provider);
  }
}
