import { createHash, timingSafeEqual } from 'node:crypto';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Provider } from '@lianban/catalogue';
import { RepeatingTask, untilDatabaseAnswers } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { AdapterConfig } from '../adapter.config.js';
import { readSecrets } from './read-secrets.js';

/** What an operator may know of a secret. */
export interface KnownSecret {
  /** Of its SHA-256, enough to tell one from another. */
  fingerprint: string;
  isNewest: boolean;
  /** When a report was last signed with it, to the minute; noted of a previous one alone. */
  lastUsedAt: string | null;
  endedAt: string | null;
}

const LOOK_EVERY_MS = 5_000;

const fingerprintOf = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex').slice(0, 16);

/**
 * The secrets shared with the providers. Two hold at once, so that a change refuses nobody: both sign, and either is
 * believed, until an operator ends the previous one, for all instances.
 */
@Injectable()
export class ProviderSecrets implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ProviderSecrets');
  private byCredential: ReadonlyMap<string, readonly string[]>;
  private ended = new Set<string>();
  private readonly task = new RepeatingTask(
    () => this.look(),
    ({ message }) => this.logger.warn(`cannot look which secrets have ended: ${message}`),
  );

  constructor(
    private readonly dataSource: DataSource,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {
    this.byCredential = readSecrets(config);
  }

  async onApplicationBootstrap(): Promise<void> {
    const warn = (message: string): void => this.logger.warn(message);
    await untilDatabaseAnswers(warn, () => this.look());
    this.task.start(LOOK_EVERY_MS);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  /** As configured, the newest first; none where the provider has no credential. */
  configured({ credential }: Provider): readonly string[] {
    return (credential && this.byCredential.get(credential)) || [];
  }

  /** The secret of the provider that it named; undefined where it named another. */
  named(provider: Provider, given: string): string | undefined {
    return this.configured(provider).find((secret) => isSame(secret, given));
  }

  /** Those that we sign with: not the previous one, some seconds after it has been ended. */
  signing(provider: Provider): readonly string[] {
    const [newest, ...previous] = this.configured(provider);
    const left = previous.filter((secret) => !this.ended.has(nameOf(provider, secret)));
    return newest ? [newest, ...left] : [];
  }

  /** May the provider sign with it? Of a previous one the database is asked, and keeps that it was used. */
  async accepts(provider: Provider, secret: string): Promise<boolean> {
    if (secret === this.configured(provider)[0]) return true;
    const [row] = await this.dataSource.query<{ isEnded: boolean }[]>(USE, [
      provider.id,
      fingerprintOf(secret),
    ]);
    return row?.isEnded !== true;
  }

  async known(provider: Provider): Promise<KnownSecret[]> {
    const rows = await this.dataSource.query<Omit<KnownSecret, 'isNewest'>[]>(
      `select fingerprint, last_used_at as "lastUsedAt", ended_at as "endedAt" from provider_secret where provider = $1`,
      [provider.id],
    );
    return this.configured(provider).map((secret, place) => {
      const fingerprint = fingerprintOf(secret);
      const { lastUsedAt = null, endedAt = null } = rows.find((row) => row.fingerprint === fingerprint) ?? {};
      return { fingerprint, isNewest: place === 0, lastUsedAt, endedAt };
    });
  }

  /** Ends the previous secret; ending it twice is one end. Answers false where there is none. */
  async endPrevious(provider: Provider): Promise<boolean> {
    const [, previous] = this.configured(provider);
    if (!previous) return false;
    await this.dataSource.query(END, [provider.id, fingerprintOf(previous)]);
    this.ended.add(nameOf(provider, previous));
    return true;
  }

  private async look(): Promise<void> {
    this.readAgain();
    const rows = await this.dataSource.query<{ provider: string; fingerprint: string }[]>(
      'select provider, fingerprint from provider_secret where ended_at is not null',
    );
    this.ended = new Set(rows.map(({ provider, fingerprint }) => `${provider} ${fingerprint}`));
  }
  /** Files may have changed; what cannot be used leaves everything as it was. */
  private readAgain(): void {
    try {
      this.byCredential = readSecrets(this.config);
    } catch (error) {
      this.logger.warn(`changed secrets cannot be used: ${(error as Error).message}`);
    }
  }
}

const isSame = (secret: string, given: string): boolean => {
  const [one, other] = [secret, given].map((each) => createHash('sha256').update(each).digest());
  return timingSafeEqual(one!, other!);
};

const nameOf = ({ id }: Provider, secret: string): string => `${id} ${fingerprintOf(secret)}`;

const USE = `with used as (
    insert into provider_secret as s (provider, fingerprint, last_used_at) values ($1, $2, now())
    on conflict (provider, fingerprint) do update set last_used_at = now()
      where s.ended_at is null and (s.last_used_at is null or s.last_used_at < now() - interval '1 minute'))
  select ended_at is not null as "isEnded" from provider_secret where provider = $1 and fingerprint = $2`;

const END = `insert into provider_secret as s (provider, fingerprint, ended_at) values ($1, $2, now())
  on conflict (provider, fingerprint) do update set ended_at = coalesce(s.ended_at, now())`;
