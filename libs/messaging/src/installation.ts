import type { SqlSession } from './outbox/outbox-table.js';

export type TransportName = 'embedded' | 'kafka';

/** Class of the advisory locks that are held by each process on Kafka for its life; their second key is its number. */
export const KAFKA_PROCESS_LOCK = 7101;
/** The advisory lock of the one process on the embedded transport. */
const EMBEDDED_LOCK_CLASS = 7102;
export const EMBEDDED_LOCK = `${EMBEDDED_LOCK_CLASS}, 1`;

/** The database serves the other transport, and something of it is not done. */
export class OtherTransport extends Error {
  constructor(wanted: TransportName, reason: string) {
    super(`TRANSPORT=${wanted} is refused: ${reason}`);
  }
}

/** Remembers the transport of a database; the other one is taken only when nothing is left of this one. */
export const INSTALLATION = `
  create schema if not exists lianban;
  grant usage on schema lianban to public;
  create table if not exists lianban.installation (transport text not null);
  create or replace function lianban.adopt_transport(wanted text) returns text
    language plpgsql security definer set search_path = pg_catalog as $$
  declare
    used text;
    outbox regclass;
    is_left boolean;
  begin
    select transport into used from lianban.installation;
    if used = wanted then return null; end if;
    lock table lianban.installation in exclusive mode;
    select transport into used from lianban.installation;
    if used is null then
      insert into lianban.installation values (wanted);
      return null;
    elsif used = wanted then
      return null;
    elsif used = 'kafka' then
      return 'this database is used with kafka, whose groups may not have read everything; once they have, "npm run leave-kafka" lets it go';
    elsif exists (select from pg_locks where locktype = 'advisory' and classid = ${EMBEDDED_LOCK_CLASS}
        and database = (select oid from pg_database where datname = current_database())) then
      return format('a process with TRANSPORT=%s still serves this database; stop it first', used);
    end if;
    for outbox in select oid from pg_class where relname = 'outbox' and relkind = 'r' loop
      execute format('select exists (select from %s)', outbox) into is_left;
      if is_left then
        return format('%s still has events of TRANSPORT=%s; start with that once more until they are handled', outbox, used);
      end if;
    end loop;
    update lianban.installation set transport = wanted;
    return null;
  end $$;`;

/**
 * Where the database was prepared by `prepareDatabase`.
 * @throws OtherTransport
 */
export async function adoptTransport(session: SqlSession, wanted: TransportName): Promise<void> {
  const [{ isPrepared }] = (await session.query(
    `select to_regprocedure('lianban.adopt_transport(text)') is not null as "isPrepared"`,
  )) as [{ isPrepared: boolean }];
  if (!isPrepared) return;
  const [{ reason }] = (await session.query('select lianban.adopt_transport($1) as reason', [wanted])) as [
    { reason: string | null },
  ];
  if (reason !== null) throw new OtherTransport(wanted, reason);
}
