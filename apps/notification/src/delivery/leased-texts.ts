import type { Language } from '@lianban/contracts';
import type { DataSource } from 'typeorm';
import type { Notice } from '../notices/notice.js';
import type { SendResult } from './sms-gateway.js';

/** A text leased for sending, with what it needs. */
export interface LeasedText {
  /** The gateway's key. */
  id: string;
  /** Those that still hold true, in their order. */
  notices: Notice[];
  /** Which try this is. */
  attempts: number;
  receiptNumber: string;
  phone: string;
  hall: string;
  language: Language;
}

/**
 * Leases due texts that have a contact until `leaseEnd`; after that the sender counts as dead, and the same is sent again
 * under the same id. The texts of one request leave in their order.
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
  /** Tries before it counts as failed. */
  maxTries: number;
  nextAttemptAt: Date;
}

/** Marks these as sent, also where the lease of the try is over. */
export async function markSent(dataSource: DataSource, ids: readonly string[], now: Date): Promise<void> {
  await dataSource.query(SENT, [ids, now]);
}

/** Marks that a try failed, unless its lease is over. */
export async function markFailed(
  dataSource: DataSource,
  { id, attempts }: LeasedText,
  result: Exclude<SendResult, { kind: 'sent' }>,
  { maxTries, nextAttemptAt }: RetrySchedule,
  now: Date,
): Promise<void> {
  const isFinal = result.kind === 'refused' || attempts >= maxTries;
  await dataSource.query(FAILED, [id, now, attempts, isFinal, result.reason, nextAttemptAt]);
}

/** Puts what a landline cannot be texted on its hall's list of calls, unless the lease of the try is over. */
export async function markToCall(
  dataSource: DataSource,
  { id, attempts, hall }: LeasedText,
  now: Date,
): Promise<void> {
  await dataSource.query(TO_CALL, [id, now, attempts, hall]);
}

/** Settles a text in which nothing holds true any more. */
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

/** Fails texts whose contact never came. Answers how many. */
export async function failWithoutContact(dataSource: DataSource, now: Date, since: Date): Promise<number> {
  const [, count] = await dataSource.query<[unknown, number]>(FAIL_WITHOUT_CONTACT, [now, since]);
  return count;
}

// Its conditions are checked for each due text in turn, never as joins: no plan may start from all contacts. The request is
// locked too, so that nothing joins a text while it is put together.
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
  select l.id, l.attempts, k.receipt_number as "receiptNumber", k.hall, c.phone, c.language,
    (select coalesce(json_agg(n.content order by n.seq), '[]') from notice n
     where n.request_id = l.request_id and n.text_id = l.id and n.superseded_at is null) as notices
  from leased l join request_state k on k.request_id = l.request_id join contact c on c.request_id = l.request_id`;

// Locked in the order of their ids, here and below, as where texts are superseded: two orders would wait for each other.
const SENT = `update text_message set state = 'sent', reason = null, settled_at = $2
  where id in (select id from text_message where id = any($1::uuid[]) and state <> 'sent' order by id for update)`;

/** Something in the text `t` still holds true. */
export const HAS_NOTICE = `exists (select 1 from notice n
  where n.request_id = t.request_id and n.text_id = t.id and n.superseded_at is null)`;

const FAILED = `update text_message t set reason = $5, next_attempt_at = $6,
    state = case when $4 then 'failed' when ${HAS_NOTICE} then 'pending' else 'superseded' end,
    settled_at = case when $4 or not ${HAS_NOTICE} then $2::timestamptz end
  where id = $1 and state = 'sending' and attempts = $3`;

const TO_CALL = `update text_message t set state = case when ${HAS_NOTICE} then 'to-call' else 'superseded' end,
    hall = $4, attempts = 0, settled_at = case when not ${HAS_NOTICE} then $2::timestamptz end
  where id = $1 and state = 'sending' and attempts = $3`;

// Without a contact it was never tried: its next try is still when it was due, and that has an index.
const FAIL_WITHOUT_CONTACT = `update text_message set state = 'failed', reason = 'no-contact', settled_at = $1
  where id in (select t.id from text_message t where t.state = 'pending' and t.next_attempt_at < $2
    and not exists (select 1 from contact c where c.request_id = t.request_id) order by t.id for update)`;
