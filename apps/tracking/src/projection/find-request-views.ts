import { Injectable } from '@nestjs/common';
import { Batcher } from '@lianban/messaging';
import { DataSource } from 'typeorm';
/** A request as it is stored; the version of its snapshot is the revision that readers see. */
export interface RequestView {
  requestId: string;
  revision: number;
  receiptNumber: string;
  hall: string;
  codeHash: string;
  /** Its snapshot, as JSON. */
  body: string;
}

@Injectable()
export class FindRequestViews {
  /** Lookups during a query share the next one. */
  private readonly batcher = new Batcher<string, RequestView | undefined>(
    async (receipts) => {
      const found = await this.find('receipt_number = any($1::text[])', receipts);
      const byReceipt = new Map(found.map((view) => [view.receiptNumber, view]));
      return receipts.map((receipt) => byReceipt.get(receipt));
    },
    { maxBatchSize: 64, concurrency: 2 },
  );

  constructor(private readonly database: DataSource) {}

  byReceipt(receipt: string): Promise<RequestView | undefined> {
    return this.batcher.enqueue(receipt);
  }

  byIds(requestIds: readonly string[]): Promise<RequestView[]> {
    return this.find('request_id = any($1::uuid[])', requestIds);
  }

  private find(condition: string, value: unknown): Promise<RequestView[]> {
    return this.database.query<RequestView[]>(findRequestViews(condition), [value]);
  }
}

export const findRequestViews = (condition: string): string => `
  select request_id as "requestId", version as revision, receipt_number as "receiptNumber", hall, code_hash as "codeHash", body
  from request_view where generation = (select generation from projection) and ${condition}`;
