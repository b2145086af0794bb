import { Injectable } from '@nestjs/common';
import { Transaction } from '@lianban/messaging';
import { lockRequest, storeRequest } from './lock-request.js';
import { QueryCodes } from './query-code.js';
import { toRequestIdentity, type RequestIdentity, type RequestReference } from './request-identity.js';

/** The new code of a request. */
export interface ReissuedQueryCode extends RequestIdentity {
  queryCode: string;
}

/** Gives the applicant a new query code; the previous one stops working. */
@Injectable()
export class ReissueQueryCode {
  constructor(
    private readonly transaction: Transaction,
    private readonly queryCodes: QueryCodes,
  ) {}

  /** @throws NotFound */
  execute(reference: RequestReference): Promise<ReissuedQueryCode> {
    return this.transaction.run(async ({ manager, publish }) => {
      const request = await lockRequest(manager, reference);
      const codeVersion = { secret: this.queryCodes.newest, issue: request.queryCodeIssue + 1 };
      const queryCode = this.queryCodes.derive(request.id, codeVersion);
      publish(request.reissue(codeVersion, queryCode));
      await storeRequest(manager, request);
      return { ...toRequestIdentity(request), queryCode };
    });
  }
}
