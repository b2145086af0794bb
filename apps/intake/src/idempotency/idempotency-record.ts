import type { EntityManager } from 'typeorm';
import type { Receipt } from '../requests/receipt.js';
import { IdempotencyKeyReused } from '../requests/problems.js';
import type { ServiceRequest } from '../requests/service-request.entity.js';

export interface IdempotencyKey {
  /** Keys of one hall mean nothing in another. */
  hall: string;
  key: string;
  bodyHash: string;
}

/** What a key was answered with; the query code is derived again. */
export interface IdempotencyRecord extends IdempotencyKey {
  requestId: string;
  /** Version of the secret behind the query code of the receipt. */
  querySecret: number;
  receipt: Omit<Receipt, 'queryCode'>;
}

/** What these keys were answered with before, whatever body they came with. */
export function findIdempotencyRecords(
  manager: EntityManager,
  attempts: readonly IdempotencyKey[],
): Promise<IdempotencyRecord[]> {
  return manager.query(
    `select hall, key, body_hash as "bodyHash", request_id as "requestId", query_code_secret as "querySecret", receipt
     from registration join unnest($1::text[], $2::text[]) sought(hall, key) using (hall, key)`,
    [attempts.map(({ hall }) => hall), attempts.map(({ key }) => key)],
  );
}

/** @throws IdempotencyKeyReused where the key came with another body before */
export function requireSameBody(
  registration: IdempotencyRecord,
  { bodyHash }: IdempotencyKey,
): IdempotencyRecord {
  if (registration.bodyHash !== bodyHash) throw new IdempotencyKeyReused();
  return registration;
}

/**
 * Keeps registrations with their requests, each key once; one still under way elsewhere is waited for. Answers the ids of
 * those that were the first of their key.
 */
export async function insertRequestsOnce(
  manager: EntityManager,
  added: readonly { registration: IdempotencyRecord; request: ServiceRequest }[],
): Promise<Set<string>> {
  const rows = await manager.query<{ id: string }[]>(ADD, [
    JSON.stringify(added.map(({ registration }) => registration)),
    JSON.stringify(added.map(({ request }) => request)),
  ]);
  return new Set(rows.map(({ id }) => id));
}

// In the order of their keys, so that two who add the same keys do not wait for each other.
const ADD = `with first as (
    insert into registration (hall, key, body_hash, request_id, query_code_secret, receipt)
    select hall, key, "bodyHash", "requestId", "querySecret", receipt
    from json_to_recordset($1::json) r(hall text, key text, "bodyHash" text, "requestId" uuid, "querySecret" integer, receipt json)
    order by hall, key on conflict do nothing returning request_id)
  insert into service_request (id, receipt_number, hall, registered_by, registered_at, catalogue_version, dossier, parts,
    version, dossier_version, contact_version, query_code_secret, query_code_issue, query_code_hash)
  select s.id, "receiptNumber", hall, "registeredBy", "registeredAt", "catalogueVersion", dossier, parts, version, "dossierVersion",
    "contactVersion", "queryCodeSecret", "queryCodeIssue", "queryCodeHash"
  from first join json_to_recordset($2::json) s(id uuid, "receiptNumber" text, hall text, "registeredBy" text,
    "registeredAt" timestamptz, "catalogueVersion" text, dossier jsonb, parts jsonb, version integer,
    "dossierVersion" integer, "contactVersion" integer, "queryCodeSecret" integer, "queryCodeIssue" integer,
    "queryCodeHash" text) on s.id = first.request_id
  returning id`;
