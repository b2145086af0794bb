import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { RebuildRunning } from '../problems.js';

export interface RebuildStatus {
  running: boolean;
  since?: string;
  /** Requests up to this id are verified in the next generation. */
  verifiedUpTo?: string;
}

interface Projection {
  generation: number;
  nextGeneration: number | null;
  since: Date | null;
  verifiedUpTo: string | null;
}

const PAGE_SIZE = 2000;

/**
 * Fills the next generation with everything published from now on, and promotes it once nothing in it is older than what is
 * shown. Every event reaches both generations meanwhile, so verified rows stay verified.
 */
@Injectable()
export class Rebuild {
  constructor(private readonly database: DataSource) {}

  /** @throws RebuildRunning */
  start(): Promise<void> {
    return this.database.transaction(async (manager) => {
      const { generation, nextGeneration } = await lockAlone(manager);
      if (nextGeneration !== null) throw new RebuildRunning();
      await manager.query(`truncate request_view_${1 - generation}`);
      await manager.query(
        'update projection set next_generation = 1 - generation, rebuild_since = now(), verified_up_to = null',
      );
    });
  }

  abandon(): Promise<void> {
    return this.database.transaction(async (manager) => {
      await lockAlone(manager);
      await manager.query(
        'update projection set next_generation = null, rebuild_since = null, verified_up_to = null',
      );
    });
  }

  async status(): Promise<RebuildStatus> {
    const { nextGeneration, since, verifiedUpTo } = await find(this.database.manager);
    if (nextGeneration === null) return { running: false };
    return { running: true, since: since!.toISOString(), verifiedUpTo: verifiedUpTo ?? undefined };
  }

  /** Verifies one page; promotes the next generation after the last. Answers whether to continue at once. */
  advance(): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const { generation, nextGeneration, verifiedUpTo } = await find(manager, 'for update');
      if (nextGeneration === null) return false;
      const [page] = await manager.query<{ last: string | null; isBehind: boolean }[]>(VERIFY_PAGE, [
        generation,
        nextGeneration,
        verifiedUpTo,
        PAGE_SIZE,
      ]);
      if (page!.isBehind) return false;
      if (page!.last === null) await manager.query(PROMOTE);
      else await manager.query('update projection set verified_up_to = $1', [page!.last]);
      return page!.last !== null;
    });
  }
}

/** Waits for running handlers, which would write to one generation only. */
async function lockAlone(manager: EntityManager): Promise<Projection> {
  await manager.query('lock table projection in access exclusive mode');
  return find(manager);
}

async function find(manager: EntityManager, lock = ''): Promise<Projection> {
  const [row] = await manager.query<[Projection]>(
    `select generation, next_generation as "nextGeneration", rebuild_since as since,
       verified_up_to as "verifiedUpTo" from projection ${lock}`,
  );
  return row;
}

const VERIFY_PAGE = `
  with page as materialized (
    select request_id, version from request_view where generation = $1 and ($3::uuid is null or request_id > $3)
    order by request_id limit $4)
  select (select request_id from page order by request_id desc limit 1) as last,
    exists (
      select from page left join request_view n on n.generation = $2 and n.request_id = page.request_id
      where n.request_id is null or n.version < page.version) as "isBehind"`;

const PROMOTE = `update projection set generation = next_generation, next_generation = null, rebuild_since = null,
  verified_up_to = null`;
