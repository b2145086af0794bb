import type { Language } from '@lianban/contracts';
import type { DataSource } from 'typeorm';
import type { Notice } from '../notices/notice.js';
import type { SendResult } from './sms-gateway.js';

/** Notices leased for sending in one text, with what it needs. */
export interface LeasedText {
  /** The gateway's key. */
  textId: string;
  /** Of the notices, in their order. */
  ids: string[];
  notices: Notice[];
  /** Which try this is. */
  attempts: number;
  receiptNumber: string;
  phone: string;
  hall: string;
  language: Language;
}

/**
 * Leases texts with due notices that have a contact until `leaseEnd`; after that the sender counts as dead, and the same is
 * sent again under the same id. The notices of one request leave in their order, its acceptances together and with the
 * registration where that has not left yet. What a text has once been tried with stays in it, for the gateway may have it.
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
  { ids, attempts }: LeasedText,
  result: Exclude<SendResult, { kind: 'sent' }>,
  { maxTries, nextAttemptAt }: RetrySchedule,
  now: Date,
): Promise<void> {
  const isFinal = result.kind === 'refused' || attempts >= maxTries;
  await dataSource.query(NOT_SENT, [ids, now, attempts, isFinal, result.reason, nextAttemptAt]);
}

/** Puts what a landline cannot be texted on its hall's list of calls, unless the lease of the try is over. */
export async function markToCall(
  dataSource: DataSource,
  { ids, attempts, hall }: LeasedText,
  now: Date,
): Promise<void> {
  await dataSource.query(TO_CALL, [ids, now, attempts, hall]);
}

/** Fails notices whose contact never came. Answers how many. */
export async function failWithoutContact(dataSource: DataSource, now: Date, since: Date): Promise<number> {
  const [, count] = await dataSource.query<[unknown, number]>(FAIL_WITHOUT_CONTACT, [now, since]);
  return count;
}

// Its conditions are checked for each due notice in turn, never as joins: no plan may start from all contacts. The request
// is locked too, so that nothing of a text is superseded while it is put together.
const LEASE = `with due as (
    select n.id, n.request_id, n.text_id,
      n.attempts = 0 and n.kind in ('registered', 'accepted') as may_batch
    from notice n join request_state k on k.request_id = n.request_id
    where n.state in ('pending', 'sending') and n.next_attempt_at <= $1
      and (select true from contact c where c.request_id = n.request_id)
      and n.seq = (select e.seq from notice e where e.request_id = n.request_id and e.state in ('pending', 'sending')
        order by e.seq limit 1)
    order by n.next_attempt_at, n.seq limit $3 for update of n, k skip locked),
  taken as (
    update notice n set state = 'sending', attempts = n.attempts + 1, next_attempt_at = $2,
      text_id = coalesce(due.text_id, due.id)
    from due where n.request_id = due.request_id and n.state in ('pending', 'sending')
      and (n.id = due.id or n.text_id = due.text_id
        or due.may_batch and due.text_id is null and n.text_id is null and n.attempts = 0 and n.kind = 'accepted')
    returning n.id, n.seq, n.attempts, n.content, n.request_id, n.text_id),
  text as (
    select text_id, request_id, json_agg(id order by seq) as ids, json_agg(content order by seq) as notices,
      max(attempts) as attempts from taken group by text_id, request_id)
  select t.text_id as "textId", t.ids, t.notices, t.attempts, k.receipt_number as "receiptNumber",
    c.phone, c.language, k.hall
  from text t join request_state k on k.request_id = t.request_id join contact c on c.request_id = t.request_id`;

// Locked in the order of their ids, here and below, as where notices are superseded: two orders would wait for each other.
const SENT = `update notice set state = 'sent', reason = null, settled_at = $2
  where id in (select id from notice where id = any($1::uuid[]) and state <> 'sent' order by id for update)`;

const NOT_SENT = `update notice set reason = $5, next_attempt_at = $6,
    state = case when $4 then 'failed' when superseded then 'superseded' else 'pending' end,
    settled_at = case when $4 or superseded then $2::timestamptz end
  where id in (select id from notice where id = any($1::uuid[]) and state = 'sending' and attempts = $3
    order by id for update)`;

const TO_CALL = `update notice set state = case when superseded then 'superseded' else 'to-call' end, hall = $4,
    attempts = 0, settled_at = case when superseded then $2::timestamptz end
  where id in (select id from notice where id = any($1::uuid[]) and state = 'sending' and attempts = $3
    order by id for update)`;

// Without a contact it was never tried: its next try is still when it was due, and that has an index.
const FAIL_WITHOUT_CONTACT = `update notice set state = 'failed', reason = 'no-contact', settled_at = $1
  where id in (select n.id from notice n where n.state = 'pending' and n.next_attempt_at < $2
    and not exists (select 1 from contact c where c.request_id = n.request_id) order by n.id for update)`;
