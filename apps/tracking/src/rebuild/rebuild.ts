import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { RebuildRunning } from '../refusals.js';

export interface Standing {
  running: boolean;
  since?: string;
  /** Requests with a lower id are in the shadow, at least as new as what is shown. */
  coveredUpTo?: string;
}

interface Projection {
  current: number;
  shadow: number | null;
  since: Date | null;
  coveredUpTo: string | null;
}

const PAGE = 2000;

/**
 * Fills the half that nobody reads with everything that is said from now on, and shows it once nothing in it is older
 * than what is shown. Every event reaches both halves meanwhile, so what is covered stays covered.
 */
@Injectable()
export class Rebuild {
  constructor(private readonly database: DataSource) {}

  /** @throws RebuildRunning */
  start(): Promise<void> {
    return this.database.transaction(async (manager) => {
      const { current, shadow } = await lockAlone(manager);
      if (shadow !== null) throw new RebuildRunning();
      await manager.query(`truncate snapshot_${1 - current}, tracked_request_${1 - current}`);
      await manager.query(
        'update projection set shadow = 1 - current, shadow_since = now(), covered_up_to = null',
      );
    });
  }

  /** Nothing that is shown changes. */
  abandon(): Promise<void> {
    return this.database.transaction(async (manager) => {
      await lockAlone(manager);
      await manager.query('update projection set shadow = null, shadow_since = null, covered_up_to = null');
    });
  }

  async standing(): Promise<Standing> {
    const { shadow, since, coveredUpTo } = await find(this.database.manager);
    if (shadow === null) return { running: false };
    return { running: true, since: since!.toISOString(), coveredUpTo: coveredUpTo ?? undefined };
  }

  /** Looks at one page of what is shown; swaps after the last. Answers whether to look at once again. */
  advance(): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const { current, shadow, coveredUpTo } = await find(manager, 'for update');
      if (shadow === null) return false;
      const [page] = await manager.query<{ last: string | null; lacks: boolean }[]>(COVERED, [
        current,
        shadow,
        coveredUpTo,
        PAGE,
      ]);
      if (page!.lacks) return false;
      await manager.query(
        page!.last === null ? SWAP : 'update projection set covered_up_to = $1',
        page!.last === null ? [] : [page!.last],
      );
      return page!.last !== null;
    });
  }
}

/** Waits for every handler under way: none may write to one half alone once the other is to be filled. */
async function lockAlone(manager: EntityManager): Promise<Projection> {
  await manager.query('lock table projection in access exclusive mode');
  return find(manager);
}

async function find(manager: EntityManager, lock = ''): Promise<Projection> {
  const [row] = await manager.query<[Projection]>(
    `select current, shadow, shadow_since as since, covered_up_to as "coveredUpTo" from projection ${lock}`,
  );
  return row;
}

const COVERED = `
  with page as materialized (
    select distinct request_id from snapshot where half = $1 and ($3::uuid is null or request_id > $3)
    order by request_id limit $4)
  select (select request_id from page order by request_id desc limit 1) as last,
    exists (
      select from page join snapshot shown on shown.half = $1 and shown.request_id = page.request_id
      left join snapshot s on s.half = $2 and s.request_id = shown.request_id and s.source = shown.source
      where s.request_id is null or (s.attempt, s.version) < (shown.attempt, shown.version)) as lacks`;

const SWAP =
  'update projection set current = shadow, shadow = null, shadow_since = null, covered_up_to = null';
