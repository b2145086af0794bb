import type { DataSource } from 'typeorm';
import { selectTextContent, type TextContent } from '../templates/render-text.js';
import type { SendResult } from './sms-gateway.js';

/** A text leased for sending. */
export interface LeasedText extends TextContent {
  /** The gateway's key. */
  id: string;
  /** The number of this try. */
  attempts: number;
  phone: string;
  hall: string;
}

/**
 * Leases due texts with a contact until `leaseEnd`; after that they are sent again under the same id. The texts of one request
 * leave in order.
 */
export function leaseDueTexts(
  dataSource: DataSource,
  now: Date,
  leaseEnd: Date,
  limit: number,
): Promise<LeasedText[]> {
  return dataSource.query(LEASE, [now, leaseEnd, limit]);
}

export interface RetrySchedule {
  /** Tries before a text counts as failed. */
  maxTries: number;
  nextAttemptAt: Date;
}

/** Marks texts as sent, even after their lease. */
export async function markSent(dataSource: DataSource, ids: readonly string[], now: Date): Promise<void> {
  await dataSource.query(MARK_SENT, [ids, now]);
}

/** Records a failed try, unless its lease is over. */
export async function markFailed(
  dataSource: DataSource,
  { id, attempts }: LeasedText,
  result: Exclude<SendResult, { kind: 'sent' }>,
  { maxTries, nextAttemptAt }: RetrySchedule,
  now: Date,
): Promise<void> {
  const isFinal = result.kind === 'refused' || attempts >= maxTries;
  await dataSource.query(MARK_FAILED, [id, now, attempts, isFinal, result.reason, nextAttemptAt]);
}

/** Moves the text of a landline to its hall's list of calls, unless the lease is over. */
export async function markToCall(
  dataSource: DataSource,
  { id, attempts, hall }: LeasedText,
  now: Date,
): Promise<void> {
  await dataSource.query(MARK_TO_CALL, [id, now, attempts, hall]);
}

/** Marks a text as superseded. */
export async function markSuperseded(
  dataSource: DataSource,
  { id, attempts }: LeasedText,
  now: Date,
): Promise<void> {
  await dataSource.query(
    `update text_message set state = 'superseded', settled_at = $2 where id = $1 and state = 'sending' and attempts = $3`,
    [id, now, attempts],
  );
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
      and (select true from contact c where c.request_id = t.request_id)
      and t.seq = (select e.seq from text_message e where e.request_id = t.request_id
        and e.state in ('pending', 'sending') order by e.seq limit 1)
    order by t.next_attempt_at, t.seq limit $3 for update of t, k skip locked),
  leased as (
    update text_message t set state = 'sending', attempts = t.attempts + 1, next_attempt_at = $2
    from due where t.id = due.id
    returning t.id, t.request_id, t.attempts)
  select l.id, l.attempts, k.hall, c.phone, ${selectTextContent('l.request_id', 'l.id')}
  from leased l join request_state k on k.request_id = l.request_id join contact c on c.request_id = l.request_id`;

// Always locked in order of id, so that transactions do not deadlock.
const MARK_SENT = `update text_message set state = 'sent', reason = null, settled_at = $2
  where id in (select id from text_message where id = any($1::uuid[]) and state <> 'sent' order by id for update)`;

/** The text `t` has a notice that is not superseded. */
export const HAS_NOTICE = `exists (select 1 from notice n
  where n.request_id = t.request_id and n.text_id = t.id and n.superseded_at is null)`;

const MARK_FAILED = `update text_message t set reason = $5, next_attempt_at = $6,
    state = case when $4 then 'failed' when ${HAS_NOTICE} then 'pending' else 'superseded' end,
    settled_at = case when $4 or not ${HAS_NOTICE} then $2::timestamptz end
  where id = $1 and state = 'sending' and attempts = $3`;

const MARK_TO_CALL = `update text_message t set state = case when ${HAS_NOTICE} then 'to-call' else 'superseded' end,
    hall = $4, attempts = 0, settled_at = case when not ${HAS_NOTICE} then $2::timestamptz end
  where id = $1 and state = 'sending' and attempts = $3`;

// Without a contact a text was never tried, so `next_attempt_at`, which has an index, is when it was due.
const FAIL_WITHOUT_CONTACT = `update text_message set state = 'failed', reason = 'no-contact', settled_at = $1
  where id in (select t.id from text_message t where t.state = 'pending' and t.next_attempt_at < $2
    and not exists (select 1 from contact c where c.request_id = t.request_id) order by t.id for update)`;
