import type { DataSource } from 'typeorm';
import { selectTextContent, type TextContent } from '../templates/render-text.js';

/** A text leased for sending. */
export interface LeasedText extends TextContent {
  /** The gateway's key. */
  id: string;
  requestId: string;
  /** The number of this try. */
  attempts: number;
  phone: string;
  hall: string;
}

/**
 * What came of a leased text. `superseded`: it had no notice any more; `to-call`: it is a landline's, and a clerk of the hall calls;
 * `failed`: it is not tried again.
 */
export type TextResult =
  | { kind: 'sent' | 'superseded' }
  | { kind: 'to-call'; hall: string }
  | { kind: 'failed'; reason: string }
  | { kind: 'retry'; reason: string; nextAttemptAt: Date };

/**
 * Leases texts with a contact that are due now, for so many milliseconds of the database's time; after that they are sent again
 * under the same id. The texts of one request leave in order.
 */
export function leaseDueTexts(
  dataSource: DataSource,
  now: Date,
  leaseMs: number,
  limit: number,
): Promise<LeasedText[]> {
  return dataSource.query(LEASE, [now, leaseMs, limit]);
}

/** Records results: of a text that was sent even after its lease, of others unless another has leased them since. */
export async function recordTextResults(
  dataSource: DataSource,
  results: readonly (Pick<LeasedText, 'id' | 'attempts'> & TextResult)[],
  now: Date,
): Promise<void> {
  await dataSource.query(RECORD, [JSON.stringify(results), now]);
}

/** Fails texts whose contact never arrived. Answers how many. */
export async function failWithoutContact(dataSource: DataSource, now: Date, since: Date): Promise<number> {
  const [, count] = await dataSource.query<[unknown, number]>(FAIL_WITHOUT_CONTACT, [now, since]);
  return count;
}

// Subqueries instead of joins, so that no plan starts from all contacts. The request is locked too, so that no notice joins a
// text while it is rendered.
const LEASE = `with due as (
    select t.id
    from text_message t join request_state k on k.request_id = t.request_id
    where t.state in ('pending', 'sending') and t.next_attempt_at <= $1
      and (t.state = 'pending' or t.next_attempt_at <= now())
      and (select true from contact c where c.request_id = t.request_id)
      and t.seq = (select e.seq from text_message e where e.request_id = t.request_id
        and e.state in ('pending', 'sending') order by e.seq limit 1)
    order by t.next_attempt_at, t.seq limit $3 for update of t, k skip locked),
  leased as (
    update text_message t set state = 'sending', attempts = t.attempts + 1,
      next_attempt_at = clock_timestamp() + $2::integer * interval '1 millisecond'
    from due where t.id = due.id
    returning t.id, t.request_id, t.attempts)
  select l.id, l.request_id as "requestId", l.attempts, k.hall, c.phone, ${selectTextContent('l.request_id', 'l.id')}
  from leased l join request_state k on k.request_id = l.request_id join contact c on c.request_id = l.request_id`;

/** The text `t` has a notice that is not superseded. */
export const HAS_NOTICE = `exists (select 1 from notice n
  where n.request_id = t.request_id and n.text_id = t.id and n.superseded_at is null)`;

// Always locked in order of id, so that transactions do not deadlock.
const RECORD = `with result as (
    select * from json_to_recordset($1::json)
      r(id uuid, attempts integer, kind text, reason text, hall text, "nextAttemptAt" timestamptz)),
  locked as (
    select t.id, ${HAS_NOTICE} as has_notice from text_message t
    where t.id in (select id from result) order by t.id for update)
  update text_message t set
    state = case when r.kind in ('retry', 'to-call') and not l.has_notice then 'superseded'
      when r.kind = 'retry' then 'pending' else r.kind end,
    settled_at = case when r.kind not in ('retry', 'to-call') or not l.has_notice then $2::timestamptz end,
    reason = case when r.kind in ('superseded', 'to-call') then t.reason else r.reason end,
    next_attempt_at = coalesce(r."nextAttemptAt", t.next_attempt_at),
    attempts = case when r.kind = 'to-call' then 0 else t.attempts end,
    hall = coalesce(r.hall, t.hall)
  from locked l join result r on r.id = l.id
  where t.id = l.id and case when r.kind = 'sent' then t.state <> 'sent'
    else t.state = 'sending' and t.attempts = r.attempts end`;

// Without a contact a text was never tried, so `next_attempt_at`, which has an index, is when it was due.
const FAIL_WITHOUT_CONTACT = `update text_message set state = 'failed', reason = 'no-contact', settled_at = $1
  where id in (select t.id from text_message t where t.state = 'pending' and t.next_attempt_at < $2
    and not exists (select 1 from contact c where c.request_id = t.request_id) order by t.id for update)`;
