import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { QueueSample } from './lag-tracker.js';

/** So many that wait for ever, for whatever reason, close no hall. */
const IGNORED_REQUESTS = 20;
/** What waits for longer shows as this, and older requests are not searched. */
const MAX_AGE_MS = 60_000;
/** A request that has waited for less may not have been committed yet. */
const SETTLED_MS = 5_000;
/** A delivery is pending for so long, seconds, before it counts. */
const PENDING_SECONDS = 2;
const NOTHING: QueueSample = { position: '', age: 0 };

/** How long requests wait: for their first status, and for a delivery that is still pending. */
@Injectable()
export class WaitingRequests {
  /** No request with a lower id waits for its first status. */
  private from = lowestIdAt(0);

  constructor(private readonly database: DataSource) {}

  async sample(): Promise<{ unrouted: QueueSample; undelivered: QueueSample }> {
    const now = Date.now();
    const [row] = await this.database.query<[Row]>(SAMPLE, [
      this.from,
      IGNORED_REQUESTS + 1,
      PENDING_SECONDS,
    ]);
    const { first, unrouted, undelivered } = row;
    const oldest = lowestIdAt(now - (first ? MAX_AGE_MS : SETTLED_MS));
    this.from = first && first > oldest ? first : oldest;
    return { unrouted: unrouted ?? NOTHING, undelivered: undelivered ?? NOTHING };
  }
}

interface Row {
  first: string | null;
  unrouted: QueueSample | null;
  undelivered: QueueSample | null;
}

const SAMPLE = `with unrouted as (
    select r.id, r.registered_at as at from service_request r where r.id >= $1
      and not exists (select from job_state s where s.request_id = r.id) order by r.id limit $2
  ), undelivered as (
    select request_id as id, undelivered_since as at from job_state
    where undelivered_since < now() - $3::int * interval '1 second' order by undelivered_since, request_id limit $2
  )
  select (select id from unrouted order by id limit 1) as first,
    (select ${asSample('unrouted', 'id')}) as unrouted, (select ${asSample('undelivered', 'at')}) as undelivered`;

/** The last of a full page; where fewer wait there is none. */
function asSample(table: string, order: string): string {
  return `(select json_build_object('position', id, 'age', greatest(0, extract(epoch from clock_timestamp() - at)))
    from ${table} order by ${order} offset $2::int - 1 limit 1)`;
}

/** The lowest UUID of version 7 (RFC 9562) that is made at this time, milliseconds since 1970. */
function lowestIdAt(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
