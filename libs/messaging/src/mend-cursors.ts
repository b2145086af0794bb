import { schemaOf } from '@lianban/service-kit';
import type { Client } from 'pg';

/**
 * After a restore into another cluster transaction ids begin anew. Every event that is kept is read and relayed once
 * more, in the order of its id, and the inboxes drop what was handled before the copy was made. Runs as administrator,
 * for every service, while the house is stopped.
 */
export async function mendCursors(admin: Pick<Client, 'query'>, service: string): Promise<void> {
  const schema = schemaOf(service);
  await admin.query(`
    begin;
    update ${schema}.outbox set xid = '3';
    update ${schema}.cursor set xid = '0', id = 0, seen_at = '-infinity', epoch = (select epoch from lianban.epoch);
    commit`);
}
