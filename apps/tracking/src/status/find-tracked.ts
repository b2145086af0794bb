import { Injectable } from '@nestjs/common';
import { Batcher } from '@lianban/messaging';
import { DataSource } from 'typeorm';
import type { Tracked } from './tracked.js';

export interface Found extends Tracked {
  hall: string;
  codeHash: string;
}

/** Requests with the last word of every source, in one query. Of one that intake has not told of yet nothing is found. */
@Injectable()
export class FindTracked {
  /** Readers who come while a query is under way are answered by the next one together. */
  private readonly together = new Batcher<string, Found | undefined>(
    async (receipts) => {
      const found = await this.find('t.receipt = any($1::text[])', receipts);
      const byReceipt = new Map(found.map((each) => [each.snapshots.request.receiptNumber, each]));
      return receipts.map((receipt) => byReceipt.get(receipt));
    },
    { maxBatchSize: 64, concurrency: 2 },
  );

  constructor(private readonly database: DataSource) {}

  byReceipt(receipt: string): Promise<Found | undefined> {
    return this.together.enqueue(receipt);
  }

  byIds(requestIds: readonly string[]): Promise<Found[]> {
    return this.find('t.request_id = any($1::uuid[])', requestIds);
  }

  private find(which: string, value: unknown): Promise<Found[]> {
    return this.database.query<Found[]>(findTracked(which), [value]);
  }
}

export const findTracked = (which: string): string => `
  select t.request_id as "requestId", s.revision, t.hall, t.code_hash as "codeHash", s.snapshots
  from tracked_request t, lateral (
    select json_object_agg(s.source, s.body) as snapshots, sum(s.version)::float8 as revision from snapshot s
    where s.half = t.half and s.request_id = t.request_id) s
  where t.half = (select current from projection) and t.receipt is not null and ${which}`;
