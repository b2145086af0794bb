import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tracked } from './tracked.js';

export interface Found extends Tracked {
  hall: string;
  codeHash: string;
}

/** Requests with the last word of every source, in one query. Of one that intake has not told of yet nothing is found. */
@Injectable()
export class FindTracked {
  constructor(private readonly database: DataSource) {}

  async byReceipt(receipt: string): Promise<Found | undefined> {
    const [found] = await this.find('t.receipt = $1', receipt);
    return found;
  }

  byIds(requestIds: readonly string[]): Promise<Found[]> {
    return this.find('t.request_id = any($1::uuid[])', requestIds);
  }

  private find(which: string, value: unknown): Promise<Found[]> {
    return this.database.query<Found[]>(findTracked(which), [value]);
  }
}

export const findTracked = (which: string): string => `
  select t.request_id as "requestId", t.revision::int8::float8 as revision, t.hall, t.code_hash as "codeHash", s.snapshots
  from tracked_request t, lateral (
    select jsonb_object_agg(s.source, s.body) as snapshots from snapshot s
    where s.half = t.half and s.request_id = t.request_id) s
  where t.half = (select current from projection) and t.receipt is not null and ${which}`;
