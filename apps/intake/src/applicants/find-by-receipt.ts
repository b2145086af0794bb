import { Injectable } from '@nestjs/common';
import type { CodeHolder } from '@lianban/query-codes';
import { DataSource } from 'typeorm';
import type { RequestReference } from '../requests/request-identity.js';

/** Finds the request of a receipt, of whichever hall, with the hash of its query code. */
@Injectable()
export class FindByReceipt {
  constructor(private readonly dataSource: DataSource) {}

  async execute(receiptNumber: string): Promise<(RequestReference & CodeHolder) | undefined> {
    const [found] = await this.dataSource.query<{ hall: string; codeHash: string }[]>(
      'select hall, query_code_hash as "codeHash" from service_request where receipt_number = $1',
      [receiptNumber],
    );
    return found && { receiptNumber, ...found };
  }
}
