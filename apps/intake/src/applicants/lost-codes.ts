import { Injectable } from '@nestjs/common';
import { isAmong, networkOf } from '@lianban/query-codes';
import { Clock } from '@lianban/service-kit';
import { DataSource, type EntityManager } from 'typeorm';
import { IntakeConfig } from '../intake.config.js';
import { TooManyLostCodes } from './problems.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MAX_EXPIRED_PER_CALL = 20;

interface Count {
  count: number;
  since: Date;
}

/** Counts lost codes: of an address in an hour, of a request in a day. */
@Injectable()
export class LostCodes {
  private readonly isExempt: (address: string) => boolean;

  constructor(
    private readonly dataSource: DataSource,
    private readonly config: IntakeConfig,
    private readonly clock: Clock,
  ) {
    this.isExempt = isAmong(config.queryCodeExemptAddresses);
  }

  /** @throws TooManyLostCodes */
  async countAddress(address: string): Promise<void> {
    const now = this.clock.now();
    await this.dataSource.query(DELETE_EXPIRED, [before(now, DAY_MS), MAX_EXPIRED_PER_CALL]);
    if (this.isExempt(address)) return;
    const key = `address ${networkOf(address)}`;
    const [{ count, since }] = await this.dataSource.query<[Count]>(COUNT, [key, now, before(now, HOUR_MS)]);
    if (count <= this.config.lostCodesPerAddress) return;
    throw new TooManyLostCodes(Math.max(1, Math.ceil((since.getTime() + HOUR_MS - now.getTime()) / 1000)));
  }

  /** Counts one more of this request, whose row is locked, unless it has had enough today or one a short time ago. */
  async mayBeSent(manager: EntityManager, requestId: string, now: Date): Promise<boolean> {
    const key = `request ${requestId}`;
    const { lostCodesPerDay, lostCodeIntervalSeconds } = this.config;
    const [known] = await manager.query<{ count: number; lastAt: Date }[]>(
      'select count, last_at as "lastAt" from lost_code where key = $1 and since > $2',
      [key, before(now, DAY_MS)],
    );
    if (known && known.count >= lostCodesPerDay) return false;
    if (known && known.lastAt > before(now, lostCodeIntervalSeconds * 1000)) return false;
    await manager.query(COUNT, [key, now, before(now, DAY_MS)]);
    return true;
  }
}

const before = (now: Date, milliseconds: number): Date => new Date(now.getTime() - milliseconds);

// A count begins anew when its time is over.
const COUNT = `
  insert into lost_code as l (key, count, since, last_at) values ($1, 1, $2, $2)
  on conflict (key) do update set last_at = excluded.last_at,
    count = case when l.since > $3 then l.count + 1 else 1 end,
    since = case when l.since > $3 then l.since else excluded.since end
  returning count, since`;

const DELETE_EXPIRED = `delete from lost_code where key in (
  select key from lost_code where last_at < $1 limit $2 for update skip locked)`;
