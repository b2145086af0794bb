import type { EntityManager } from 'typeorm';

/** What became of a claim. */
export type ClaimAct = 'claimed' | 'released' | 'reassigned' | 'expired';

/** One line of a job's trace: whose claim it is about, and who did it; nobody where it expired. */
export interface ClaimEvent {
  at: string;
  act: ClaimAct;
  officer: string;
  by: string | null;
}

export interface ClaimChange {
  requestId: string;
  attempt: number;
  /** Who has the job from now on. */
  claimedBy: string | null;
  act: Exclude<ClaimAct, 'expired'>;
  /** Whose claim it is about. */
  officer: string;
  by: string;
}

/** Stores a claim for so many seconds and its line of the trace; the job's row must be locked. */
export async function changeClaim(
  manager: EntityManager,
  { requestId, attempt, claimedBy, act, officer, by }: ClaimChange,
  seconds: number,
): Promise<void> {
  await manager.query(CHANGE, [requestId, attempt, claimedBy, seconds, act, officer, by]);
}

/** The officer has done something: from now on the claim lasts as long as a new one. */
export async function renewClaim(
  manager: EntityManager,
  requestId: string,
  attempt: number,
  seconds: number,
): Promise<void> {
  await manager.query(
    `update placement set claimed_until = now() + $3::int * interval '1 second'
     where request_id = $1 and attempt = $2 and claimed_by is not null`,
    [requestId, attempt, seconds],
  );
}

/** Frees open jobs whose claims are over, a hundred at most, and writes their trace. */
export async function expireClaims(manager: EntityManager): Promise<void> {
  await manager.query(EXPIRE);
}

const CHANGE = `with changed as (
    update placement set claimed_by = $3,
      claimed_until = case when $3::text is not null then now() + $4::int * interval '1 second' end
    where request_id = $1 and attempt = $2)
  insert into claim_event (request_id, attempt, act, officer, acted_by) values ($1, $2, $5, $6, $7)`;

const EXPIRE = `with due as (
    select p.request_id, p.attempt, p.claimed_by from placement p
    where p.claimed_by is not null and p.claimed_until <= now() and p.is_open
    order by p.claimed_until limit 100 for update skip locked),
  freed as (
    update placement p set claimed_by = null, claimed_until = null
    from due where p.request_id = due.request_id and p.attempt = due.attempt)
  insert into claim_event (request_id, attempt, act, officer) select request_id, attempt, 'expired', claimed_by from due`;
