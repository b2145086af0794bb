import type { EntityManager } from 'typeorm';
import type { Receipt } from './receipt.js';
import { IdempotencyKeyReused } from './refusals.js';

export interface Attempt {
  /** Keys of one hall mean nothing in another. */
  hall: string;
  key: string;
  bodyHash: string;
}

/** What a key was answered with; the query code is derived again. */
export interface Registration {
  requestId: string;
  /** Version of the secret behind the query code of the receipt. */
  querySecret: number;
  receipt: Omit<Receipt, 'queryCode'>;
}

/** What this key was answered with before. @throws IdempotencyKeyReused where it came with another body */
export async function findRegistration(
  manager: EntityManager,
  { hall, key, bodyHash }: Attempt,
): Promise<Registration | undefined> {
  const [row] = await manager.query<(Registration & { bodyHash: string })[]>(
    `select body_hash as "bodyHash", request_id as "requestId", query_code_secret as "querySecret", receipt
     from registration where hall = $1 and key = $2`,
    [hall, key],
  );
  if (row && row.bodyHash !== bodyHash) throw new IdempotencyKeyReused();
  return row;
}

/** Answers whether this is the first of its key; one still under way elsewhere is waited for. */
export async function addRegistration(
  manager: EntityManager,
  { hall, key, bodyHash }: Attempt,
  { requestId, querySecret, receipt }: Registration,
): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    `insert into registration (hall, key, body_hash, request_id, query_code_secret, receipt)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning request_id`,
    [hall, key, bodyHash, requestId, querySecret, JSON.stringify(receipt)],
  );
  return rows.length > 0;
}
