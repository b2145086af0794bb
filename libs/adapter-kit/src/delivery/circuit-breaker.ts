import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdapterConfig } from '../adapter.config.js';

/** A circuit breaker per provider, kept as a row so that every instance obeys it. */
@Injectable()
export class CircuitBreaker {
  private readonly tripped = new Set<string>();
  private isLoaded = false;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {}

  /** Has it given no answer of late, as far as this process knows? */
  isTripped(provider: string): boolean {
    return this.tripped.has(provider);
  }

  /** The provider gave an answer, perhaps before it asked to be left alone. Answers whether it may be called again. */
  async recordSuccess(provider: string): Promise<boolean> {
    if (!this.tripped.has(provider)) return false;
    const [row] = await this.dataSource.query<{ isLeftAlone: boolean }[]>(CLOSE, [provider]);
    return !row!.isLeftAlone && this.tripped.delete(provider);
  }

  /** The provider gave none. Answers whether it now counts as away, so that waiting costs an operation nothing. */
  async recordFailure(provider: string): Promise<boolean> {
    this.tripped.add(provider);
    const [row] = await this.dataSource.query<{ failures: number }[]>(FAIL, [
      provider,
      this.config.circuitMaxFailures,
      Math.round(this.config.circuitResetMs * (0.75 + Math.random() / 2)),
    ]);
    return row!.failures >= this.config.circuitMaxFailures;
  }

  /** The provider answered that it wants no call, and no question either, for so long. */
  async leaveAlone(provider: string, ms: number): Promise<void> {
    this.tripped.add(provider);
    await this.dataSource.query(LEAVE_ALONE, [provider, Math.ceil(ms)]);
  }

  /** Providers that were away before this process started are known to it, once the database has answered. */
  async load(): Promise<void> {
    if (this.isLoaded) return;
    const rows = await this.dataSource.query<{ provider: string }[]>('select provider from provider_circuit');
    rows.forEach(({ provider }) => this.tripped.add(provider));
    this.isLoaded = true;
  }
}

const IS_LEFT_ALONE = `failures = 0 and open_until > now()`;

const CLOSE = `with closed as (delete from provider_circuit where provider = $1 and not (${IS_LEFT_ALONE}))
  select exists (select from provider_circuit where provider = $1 and ${IS_LEFT_ALONE}) as "isLeftAlone"`;

const FAIL = `insert into provider_circuit as l (provider, failures, away_since) values ($1, 1, now())
  on conflict (provider) do update set failures = l.failures + 1,
    open_until = case when l.failures + 1 >= $2::int then now() + $3::int * interval '1 millisecond' else l.open_until end
  returning failures`;

const LEAVE_ALONE = `insert into provider_circuit (provider, failures, away_since, open_until)
  values ($1, 0, now(), now() + $2::int * interval '1 millisecond')
  on conflict (provider) do update set failures = 0, open_until = excluded.open_until`;
