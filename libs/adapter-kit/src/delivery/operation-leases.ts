import type { DataSource } from 'typeorm';
import type { JobDesired, Utility } from '@lianban/contracts';
import { OPERATION, toOperation } from '../jobs/job.repository.js';
import type { Operation } from '../jobs/job.js';

export interface LeasedOperation extends Operation {
  /** Perhaps an earlier sending is still on its way: "absent" is not to be believed. */
  mayBeInFlight: boolean;
  /** By `performance.now()` of this process: a call that begins later could outlive the lease. */
  callBy: number;
}

export interface Capacity {
  provider: string;
  /** How many more calls it may be given now. */
  free: number;
}

/** Takes due operations for sending and leases them; others skip what is taken. @param lease milliseconds */
export async function leaseDue(
  dataSource: DataSource,
  utility: Utility,
  rooms: readonly Capacity[],
  lease: number,
  circuitMaxFailures: number,
): Promise<Omit<LeasedOperation, 'callBy'>[]> {
  const values = [
    rooms.map(({ provider }) => provider),
    rooms.map(({ free }) => free),
    lease,
    circuitMaxFailures,
  ];
  const rows = await dataSource.query<{ dossier: JobDesired['dossier']; mayBeInFlight: boolean }[]>(
    CLAIM,
    values,
  );
  return rows.map((row) => ({
    ...toOperation(OPERATION.read(row), utility, row.dossier),
    mayBeInFlight: row.mayBeInFlight,
  }));
}

/** A process that took an operation and died: perhaps it sent it. */
export async function expireLeases(dataSource: DataSource): Promise<void> {
  await dataSource.query(EXPIRE);
}

const CLAIM = `with due as (
    select o.id from unnest($1::text[], $2::int[]) r(provider, free)
    left join provider_link l on l.provider = r.provider
    cross join lateral (
      select o.id from operation o join placement p on p.request_id = o.request_id and p.attempt = o.attempt
      where o.provider = r.provider and o.status in ('pending', 'failing', 'unknown') and o.next_at <= now()
      order by o.next_at limit case when l.failures >= $4::int then 1 else r.free end
      for update of o, p skip locked) o
    where l.open_until is null or l.open_until <= now()),
  taken as (
    update operation o set status = 'sending', lease_until = now() + $3::int * interval '1 millisecond',
      in_flight_until = case when o.outcome_unknown then o.in_flight_until else now() + $3::int * interval '1 millisecond' end
    from due where o.id = due.id returning o.*)
  select ${OPERATION.select('o')}, d.body as dossier, o.outcome_unknown and o.in_flight_until > now() as "mayBeInFlight"
  from taken o join dossier d on d.request_id = o.request_id and d.version = o.dossier_version`;

const EXPIRE = `update operation set status = 'unknown', outcome_unknown = true, next_at = now()
  where id in (select o.id from operation o join placement p on p.request_id = o.request_id and p.attempt = o.attempt
    where o.status = 'sending' and o.lease_until < now() limit 500 for update of o, p skip locked)`;
