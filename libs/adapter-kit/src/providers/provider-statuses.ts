import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';

const LOOK_EVERY_MS = 2_000;
/** So old the stored time of a provider's last word may be. */
const STORE_EVERY_MS = 10_000;

/** Which providers an operator has paused, and when each was last heard of, over all instances. */
@Injectable()
export class ProviderStatuses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ProviderStatuses');
  private paused: ReadonlySet<string> = new Set();
  private readonly heard = new Set<string>();
  private storedAt = -Infinity;
  private readonly task = new RepeatingTask(
    () => this.look(),
    ({ message }) => this.logger.warn(`cannot look which providers are paused: ${message}`),
  );

  constructor(private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    this.task.start(LOOK_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.task.stop();
    await this.storeHeard().catch(() => undefined);
  }

  /** As far as this instance knows, which is two seconds old at most where another one paused it. */
  isPaused(provider: string): boolean {
    return this.paused.has(provider);
  }

  /** It answered, reported or pulled something. */
  noteHeard(provider: string): void {
    this.heard.add(provider);
  }

  /** It is told and asked nothing from now on; what it reports is taken. Pausing it twice is one pause. */
  async pause(provider: string, operator: string): Promise<void> {
    await this.dataSource.query(PAUSE, [provider, operator]);
    await this.readPaused();
  }

  async resume(provider: string): Promise<void> {
    await this.dataSource.query(
      'update provider_status set paused_at = null, paused_by = null where provider = $1',
      [provider],
    );
    await this.readPaused();
  }

  private async look(): Promise<void> {
    await this.readPaused();
    if (performance.now() - this.storedAt < STORE_EVERY_MS) return;
    await this.storeHeard();
    this.storedAt = performance.now();
  }

  private async readPaused(): Promise<void> {
    const rows = await this.dataSource.query<{ provider: string }[]>(
      'select provider from provider_status where paused_at is not null',
    );
    this.paused = new Set(rows.map(({ provider }) => provider));
  }

  private async storeHeard(): Promise<void> {
    if (this.heard.size === 0) return;
    const providers = [...this.heard].toSorted();
    this.heard.clear();
    await this.dataSource.query(STORE_HEARD, [providers]);
  }
}

const PAUSE = `insert into provider_status as s (provider, paused_at, paused_by) values ($1, now(), $2)
  on conflict (provider) do update set paused_at = coalesce(s.paused_at, now()), paused_by = coalesce(s.paused_by, $2)`;

const STORE_HEARD = `insert into provider_status (provider, heard_at) select provider, now() from unnest($1::text[]) h(provider)
  on conflict (provider) do update set heard_at = now()`;
