import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Log, RepeatingTask } from '@lianban/service-kit';
import { DataSource, type EntityManager } from 'typeorm';
import { AdapterConfig } from '../adapter.config.js';
import type { Share } from './provider-rate-limiter.js';

const RENEW_MS = 2_000;
/** A share that was not renewed for so long is not used any more. */
const VALID_MS = 5_000;

/**
 * The share of this instance in the limits of its providers, by the rows of all that run. Who joins waits until every other has seen
 * it and calls begun before are over, so that the shares in use are never more than the whole.
 */
@Injectable()
export class ReplicaShare {
  private readonly id = randomUUID();
  private readonly task: RepeatingTask;
  private readonly warn: (error: Error) => void;
  private share?: Share;
  private validFrom = 0;
  private validUntil = 0;

  constructor(
    private readonly dataSource: DataSource,
    log: Log,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {
    this.warn = (error) => log.warn('the share in the limits of providers cannot be changed now', error);
    this.task = new RepeatingTask(() => this.renew(), this.warn);
  }

  /** Undefined while it may not be used. */
  current(): Share | undefined {
    const now = performance.now();
    return now >= this.validFrom && now < this.validUntil ? this.share : undefined;
  }

  async start(): Promise<void> {
    await this.renew().catch(this.warn);
    this.task.start(RENEW_MS);
  }

  /** Only when the last call is over: the others take its share at once. */
  async stop(): Promise<void> {
    await this.task.stop();
    await this.dataSource.query('delete from replica where id = $1', [this.id]).catch(this.warn);
  }

  private async renew(): Promise<void> {
    const beganAt = performance.now();
    const { manager } = this.dataSource;
    this.share = (await this.find(RENEW, manager)) ?? (await this.join());
    this.validUntil = beganAt + VALID_MS;
  }

  /** One after the other: two that join at once must see each other. */
  private async join(): Promise<Share> {
    const share = await this.dataSource.transaction(async (manager) => {
      await manager.query('lock table replica in share row exclusive mode');
      await manager.query('delete from replica where expires_at <= clock_timestamp()');
      return this.find(JOIN, manager);
    });
    this.validFrom = share!.count === 1 ? 0 : performance.now() + this.lifetimeMs;
    return share!;
  }

  private async find(sql: string, manager: EntityManager): Promise<Share | undefined> {
    const [share] = await manager.query<Share[]>(sql, [this.id, this.lifetimeMs]);
    return share;
  }

  private get lifetimeMs(): number {
    return VALID_MS + this.config.callTimeoutMs;
  }
}

const EXPIRES_AT = `clock_timestamp() + $2::integer * interval '1 millisecond'`;

/** The share by those that were there before this statement, and itself. */
const SHARE = `select count(o.id) filter (where (o.joined_at, o.id) < (own.joined_at, own.id))::int as index,
    count(o.id)::int + 1 as count
  from own left join replica o on o.id <> own.id and o.expires_at > clock_timestamp() group by own.id`;

const RENEW = `with own as (
    update replica set expires_at = ${EXPIRES_AT} where id = $1 and expires_at > clock_timestamp()
    returning id, joined_at)
  ${SHARE}`;

const JOIN = `with own as (
    insert into replica (id, joined_at, expires_at) values ($1, clock_timestamp(), ${EXPIRES_AT})
    returning id, joined_at)
  ${SHARE}`;
