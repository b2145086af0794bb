import { Injectable } from '@nestjs/common';
import { Transaction } from '@lianban/messaging';
import { DataSource } from 'typeorm';
import { DIFFERENCES, type Difference } from '../jobs/finding.js';
import type { OwnPlacement } from './compare.js';

/** So long a run that nobody goes on with is left to whoever ran it. */
const LEASE = '2 minutes';
const RETRY_AFTER = '10 minutes';
const MAX_TRIES = 3;
/** A provider that has lost everything is one trouble, not a hundred thousand. */
const MAX_MISSING = 1_000;

/** A comparison under way. */
export interface Run {
  provider: string;
  startedAt: string;
  since: Date;
  cursor: string | null;
}

export interface About {
  requestId: string;
  attempt: number;
}

/** Runs of reconciliation, what was listed in them, and the findings that they open and close. */
@Injectable()
export class ReconciliationStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
  ) {}

  /** Begins anew for those of these providers whose last run began before then and is over. */
  async request(providers: readonly string[], before: Date): Promise<void> {
    await this.dataSource.query(REQUEST, [providers, before]);
  }

  /** The run of a list that the provider hands in: the one under that name, or a new one. */
  async join(provider: string, list: string): Promise<Run> {
    const [run] = await this.dataSource.query<Run[]>(JOIN, [provider, list]);
    return run!;
  }

  /** What could not be done is tried again at once. */
  async resume(provider: string): Promise<void> {
    await this.dataSource.query(
      `update reconciliation set leased_until = '-infinity' where provider = $1 and finished_at is null and error is not null`,
      [provider],
    );
  }

  /** Takes the runs that nobody goes on with, of providers that are not paused. */
  lease(providers: readonly string[]): Promise<Run[]> {
    return this.dataSource.query<[Run[], number]>(TAKE, [providers]).then(([runs]) => runs);
  }

  async load(provider: string, about: readonly About[], askedAt: Date): Promise<Map<string, OwnPlacement>> {
    const ids = about.map(({ requestId }) => requestId);
    const attempts = about.map(({ attempt }) => attempt);
    const rows = await this.dataSource.query<OwnPlacement[]>(OWN, [provider, ids, attempts, askedAt]);
    return new Map(rows.map((row) => [keyOf(row), row]));
  }

  /** A page has been compared. Answers false where the run is another's by now. */
  async savePage(
    { provider, startedAt }: Run,
    compared: readonly (About & { differences: Difference[] })[],
    { cursor, repaired }: { cursor: string | null; repaired: number },
  ): Promise<boolean> {
    return this.transaction.run(async ({ manager }) => {
      const [, count] = await manager.query<[unknown, number]>(SAVE_PAGE, [
        provider,
        startedAt,
        cursor,
        compared.length,
        repaired,
      ]);
      if (count === 0) return false;
      const rows = JSON.stringify(compared);
      await manager.query(LIST, [provider, rows]);
      await manager.query(OPEN_FINDINGS, [provider, rows]);
      return true;
    });
  }

  /** All has been listed: what is missing becomes a finding, and findings of what agrees by now are closed. */
  async finish({ provider, startedAt }: Run): Promise<void> {
    await this.transaction.run(async ({ manager }) => {
      await manager.query(OPEN_MISSING, [provider, startedAt]);
      await manager.query(CLOSE_AGREED, [provider, startedAt, DIFFERENCES]);
      await manager.query('delete from listed_placement where provider = $1', [provider]);
      await manager.query(
        `update reconciliation set finished_at = now(), cursor = null, error = null where provider = $1 and started_at = $2`,
        [provider, startedAt],
      );
    });
  }

  /** It is gone on with later, some times at most. */
  async fail({ provider, startedAt }: Run, error: string): Promise<void> {
    await this.dataSource.query(FAIL, [provider, startedAt, error]);
  }
}

export const keyOf = ({ requestId, attempt }: About): string => `${requestId} ${attempt}`;

/** The list must reach back to when our oldest open job was placed. */
const REQUEST = `insert into reconciliation as r (provider, started_at, since, leased_until)
  select provider, now(), coalesce((select min(o.since) from placement w join operation o on o.request_id = w.request_id and o.attempt = w.attempt and o.seq = 1
      where w.provider = p.provider and w.is_open), now()) - interval '2 days', '-infinity'
  from unnest($1::text[]) p(provider)
  on conflict (provider) do update set started_at = excluded.started_at, since = excluded.since, leased_until = '-infinity',
    cursor = null, tries = 0, finished_at = null, listed = 0, repaired = 0, error = null
  where r.finished_at is not null and r.started_at < $2`;

const JOIN = `insert into reconciliation as r (provider, started_at, since, cursor, leased_until)
  values ($1, now(), now(), $2, now() + interval '${LEASE}')
  on conflict (provider) do update set leased_until = excluded.leased_until, since = excluded.since, cursor = excluded.cursor,
    started_at = case when r.cursor = $2 and r.finished_at is null then r.started_at else excluded.started_at end,
    listed = case when r.cursor = $2 and r.finished_at is null then r.listed else 0 end,
    repaired = case when r.cursor = $2 and r.finished_at is null then r.repaired else 0 end,
    finished_at = null, error = null, tries = 0
  returning provider, started_at::text as "startedAt", since, cursor`;

const TAKE = `update reconciliation r set leased_until = now() + interval '${LEASE}'
  where provider = any($1::text[]) and finished_at is null and leased_until < now()
    and not exists (select from provider_status s where s.provider = r.provider and s.paused_at is not null)
  returning provider, started_at::text as "startedAt", since, cursor`;

const OWN = `select p.request_id as "requestId", p.attempt, p.state, p.since::text, p.reference, p.second_reference as "secondReference",
    p.acked_version as "ackedVersion", p.since >= $4 or exists (select from operation o
      where o.request_id = p.request_id and o.attempt = p.attempt and (o.since >= $4
        or o.status in ('pending', 'sending', 'failing', 'unknown', 'parked'))) as "isMoving"
  from placement p join unnest($2::uuid[], $3::smallint[]) l(request_id, attempt)
    on l.request_id = p.request_id and l.attempt = p.attempt
  where p.provider = $1`;

const SAVE_PAGE = `update reconciliation set cursor = $3, listed = listed + $4, repaired = repaired + $5, tries = 0, error = null,
    leased_until = now() + interval '${LEASE}'
  where provider = $1 and started_at = $2 and finished_at is null and leased_until > now()`;

const LIST = `insert into listed_placement as l (provider, request_id, attempt, differences)
  select $1, "requestId", attempt, array(select distinct unnest(string_to_array(string_agg(differences, ','), ',')))
  from (select "requestId", attempt, coalesce((select string_agg(d, ',') from jsonb_array_elements_text(differences) d), '') as differences
    from jsonb_to_recordset($2::jsonb) r("requestId" uuid, attempt smallint, differences jsonb)) r
  group by "requestId", attempt
  on conflict (provider, request_id, attempt) do update set differences = l.differences || excluded.differences`;

const OPEN_FINDINGS = `insert into finding (id, request_id, attempt, provider, kind, owner, at)
  select gen_random_uuid(), "requestId", attempt, $1, d, 'operator', now()
  from jsonb_to_recordset($2::jsonb) r("requestId" uuid, attempt smallint, differences jsonb), jsonb_array_elements_text(differences) d
  on conflict do nothing`;

const OPEN_MISSING = `insert into finding (id, request_id, attempt, provider, kind, owner, at)
  select gen_random_uuid(), p.request_id, p.attempt, p.provider, 'unknown-to-provider', 'operator', now()
  from placement p join operation o on o.request_id = p.request_id and o.attempt = p.attempt and o.seq = 1
  where p.provider = $1 and p.is_open and o.status = 'delivered' and o.since < $2
    and not exists (select from listed_placement l
      where l.provider = $1 and l.request_id = p.request_id and l.attempt = p.attempt)
  order by p.urgent_on, p.request_id limit ${MAX_MISSING}
  on conflict do nothing`;

const CLOSE_AGREED = `update finding f set closed_at = now()
  where f.provider = $1 and f.closed_at is null and f.at < $2 and f.kind = any($3::text[])
    and case when f.kind = 'unknown-to-provider'
      then exists (select from listed_placement l where l.provider = $1 and l.request_id = f.request_id and l.attempt = f.attempt)
        or not exists (select from placement p where p.request_id = f.request_id and p.attempt = f.attempt and p.is_open)
      else not exists (select from listed_placement l where l.provider = $1 and l.request_id = f.request_id and l.attempt = f.attempt
        and f.kind = any(l.differences)) end`;

const FAIL = `update reconciliation set error = $3, tries = tries + 1, leased_until = now() + interval '${RETRY_AFTER}',
    finished_at = case when tries + 1 >= ${MAX_TRIES} then now() end
  where provider = $1 and started_at = $2`;
