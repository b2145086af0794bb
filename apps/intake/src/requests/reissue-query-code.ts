import { Injectable } from '@nestjs/common';
import { Transaction } from '@lianban/messaging';
import type { Caller } from '@lianban/service-kit';
import { lockRequest, storeRequest } from './lock-request.js';
import { QueryCodes } from './query-code.js';

/** Gives the applicant a new query code; the one before opens nothing any more. */
@Injectable()
export class ReissueQueryCode {
  constructor(
    private readonly transaction: Transaction,
    private readonly codes: QueryCodes,
  ) {}

  execute(caller: Caller, receiptNumber: string): Promise<{ receiptNumber: string; queryCode: string }> {
    return this.transaction.run(async ({ manager, publish }) => {
      const request = await lockRequest(manager, receiptNumber, caller);
      const origin = { secret: this.codes.newest, issue: request.queryCodeIssue + 1 };
      const queryCode = this.codes.derive(request.id, origin);
      publish(request.reissue(origin, queryCode));
      await storeRequest(manager, request);
      return { receiptNumber: request.receiptNumber, queryCode };
    });
  }
}
