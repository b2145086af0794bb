import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { QueueSample } from './lag-tracker.js';

/** A few requests that wait for ever must not stop registrations. */
const IGNORED_REQUESTS = 20;
/** Older requests are not searched. */
const MAX_AGE_MS = 60_000;
/** Younger requests may not be committed yet. */
const SETTLED_MS = 5_000;
/** A pending delivery counts after this time. */
const PENDING_SECONDS = 2;

/** Measures how long requests wait for their first status, and for a pending delivery. */
@Injectable()
export class WaitingRequests {
  /** No request with a lower id waits for its first status. */
  private from = lowestIdAt(0);

  constructor(private readonly database: DataSource) {}

  async sample(): Promise<{ unrouted: QueueSample; undelivered: QueueSample }> {
    const [row] = await this.database.query<[Row]>(SAMPLE, [
      this.from,
      IGNORED_REQUESTS + 1,
      PENDING_SECONDS,
    ]);
    const { first, unrouted, undelivered } = row;
    const now = Date.now();
    const oldest = lowestIdAt(now - (first ? MAX_AGE_MS : SETTLED_MS));
    this.from = first && first > oldest ? first : oldest;
    return {
      unrouted: { position: unrouted, age: unrouted ? Math.max(0, now - timeIn(unrouted)) / 1_000 : 0 },
      undelivered: undelivered ?? { position: null, age: 0 },
    };
  }
}

interface Row {
  first: string | null;
  unrouted: string | null;
  undelivered: QueueSample | null;
}

const SAMPLE = `with unrouted as (
    select r.id from service_request r where r.id >= $1
      and not exists (select from job_state s where s.request_id = r.id) order by r.id limit $2
  ), undelivered as (
    select request_id as id, undelivered_since as at from job_state
    where undelivered_since < now() - $3::int * interval '1 second' order by undelivered_since, request_id limit $2
  )
  select (select id from unrouted order by id limit 1) as first,
    (select id from unrouted order by id offset $2::int - 1 limit 1) as unrouted,
    (select json_build_object('position', id, 'age', greatest(0, extract(epoch from clock_timestamp() - at)))
      from undelivered order by at, id offset $2::int - 1 limit 1) as undelivered`;

/** The creation time of a UUID of version 7, in milliseconds. */
const timeIn = (id: string): number => parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** The lowest UUID of version 7 (RFC 9562) created at this time. */
function lowestIdAt(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
