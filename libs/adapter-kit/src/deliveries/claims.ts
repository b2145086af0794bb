import type { DataSource } from 'typeorm';
import { OPERATION_JSON } from '../jobs/job-book.js';
import type { Operation } from '../jobs/job-file.js';

export interface Claimed extends Operation {
  /** Perhaps an earlier sending is still on its way: "absent" is not to be believed. */
  mayStillArrive: boolean;
  /** By `performance.now()` of this process: a call that begins later could outlive the lease. */
  callBy: number;
}

export interface Room {
  provider: string;
  /** How many more calls it may be given now. */
  free: number;
}

/** Takes due operations for sending and leases them; others skip what is taken. @param lease milliseconds */
export async function claimDue(
  dataSource: DataSource,
  rooms: readonly Room[],
  lease: number,
  circuitFailures: number,
): Promise<Omit<Claimed, 'callBy'>[]> {
  const values = [
    rooms.map(({ provider }) => provider),
    rooms.map(({ free }) => free),
    lease,
    circuitFailures,
  ];
  const rows = await dataSource.query<{ operation: Operation; mayStillArrive: boolean }[]>(CLAIM, values);
  return rows.map(({ operation, mayStillArrive }) => ({ ...operation, mayStillArrive }));
}

/** A process that took an operation and died: perhaps it sent it. */
export async function doubtExpired(dataSource: DataSource): Promise<void> {
  await dataSource.query(EXPIRE);
}

const CLAIM = `with due as (
    select o.id from unnest($1::text[], $2::int[]) r(provider, free)
    left join provider_link l on l.provider = r.provider
    cross join lateral (
      select o.id from operation o join job j on j.request_id = o.request_id
      where o.provider = r.provider and o.status in ('pending', 'failing', 'unknown') and o.next_at <= now()
      order by o.next_at limit case when l.failures >= $4::int then 1 else r.free end
      for update of o, j skip locked) o
    where l.open_until is null or l.open_until <= now()),
  taken as (
    update operation o set status = 'sending', lease_until = now() + $3::int * interval '1 millisecond',
      sent_until = case when o.doubted then o.sent_until else now() + $3::int * interval '1 millisecond' end
    from due where o.id = due.id returning o.*)
  select ${OPERATION_JSON} as operation, o.doubted and o.sent_until > now() as "mayStillArrive" from taken o`;

const EXPIRE = `update operation set status = 'unknown', doubted = true, next_at = now()
  where id in (select o.id from operation o join job j on j.request_id = o.request_id
    where o.status = 'sending' and o.lease_until < now() limit 500 for update of o, j skip locked)`;
