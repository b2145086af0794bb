import type { EntityManager } from 'typeorm';
import type { Receipt } from '../requests/receipt.js';
import { IdempotencyKeyReused } from '../requests/problems.js';
import { SERVICE_REQUEST, type ServiceRequest } from '../requests/service-request.entity.js';

export interface IdempotencyKey {
  /** Each hall has its own keys. */
  hall: string;
  key: string;
  bodyHash: string;
}

/** The answer to a key, without the query code, which is derived again. */
export interface IdempotencyRecord extends IdempotencyKey {
  requestId: string;
  /** Version of the secret behind the query code of the receipt. */
  querySecret: number;
  receipt: Omit<Receipt, 'queryCode'>;
}

/** The records of these keys, whatever body they came with. */
export function findIdempotencyRecords(
  manager: EntityManager,
  keys: readonly IdempotencyKey[],
): Promise<IdempotencyRecord[]> {
  return manager.query(
    `select hall, key, body_hash as "bodyHash", request_id as "requestId", query_code_secret as "querySecret", receipt
     from idempotency_record join unnest($1::text[], $2::text[]) sought(hall, key) using (hall, key)`,
    [keys.map(({ hall }) => hall), keys.map(({ key }) => key)],
  );
}

/** @throws IdempotencyKeyReused if the key came with another body before */
export function assertSameBody(record: IdempotencyRecord, { bodyHash }: IdempotencyKey): IdempotencyRecord {
  if (record.bodyHash !== bodyHash) throw new IdempotencyKeyReused();
  return record;
}

/**
 * Inserts records and their requests, each key once; waits for an insert of the same key by another transaction. Answers the
 * ids of the requests that were inserted.
 */
export async function insertRequestsOnce(
  manager: EntityManager,
  added: readonly { record: IdempotencyRecord; request: ServiceRequest }[],
): Promise<Set<string>> {
  const rows = await manager.query<{ id: string }[]>(INSERT, [
    JSON.stringify(added.map(({ record }) => record)),
    JSON.stringify(added.map(({ request }) => request)),
  ]);
  return new Set(rows.map(({ id }) => id));
}

// Ordered by key, so that two transactions with the same keys do not deadlock.
const INSERT = `with first as (
    insert into idempotency_record (hall, key, body_hash, request_id, query_code_secret, receipt)
    select hall, key, "bodyHash", "requestId", "querySecret", receipt
    from json_to_recordset($1::json) r(hall text, key text, "bodyHash" text, "requestId" uuid, "querySecret" integer, receipt json)
    order by hall, key on conflict do nothing returning request_id)
  insert into service_request (${SERVICE_REQUEST.names.join()})
  select ${SERVICE_REQUEST.values('s')}
  from first join json_to_recordset($2::json) s(${SERVICE_REQUEST.definition}) on s.id = first.request_id
  returning id`;
