import { Injectable } from '@nestjs/common';
import { NotFound } from '@lianban/service-kit';
import { FindRequestViews } from '../projection/find-request-views.js';
import type { RequestView } from '../projection/request-view.js';
import { QueryCodeRateLimiter } from '../rate-limit/query-code-rate-limiter.js';
import { isRightCode, readQueryCode } from './query-code.js';

const DUMMY_HASH = '0'.repeat(64);
const MAX_RECEIPT_LENGTH = 64;

/** Finds a request for whoever has its receipt number and query code. */
@Injectable()
export class AuthenticateByCode {
  constructor(
    private readonly findRequestViews: FindRequestViews,
    private readonly rateLimiter: QueryCodeRateLimiter,
  ) {}

  /** @throws NotFound, the same for an unknown receipt and a wrong code; TooManyGuesses */
  async execute(receipt: string, header: string, address: string): Promise<RequestView> {
    const code = readQueryCode(header);
    const attempt = await this.rateLimiter.acquire(receipt.slice(0, MAX_RECEIPT_LENGTH), address);
    try {
      const found = await this.findRequestViews.byReceipt(receipt);
      const isRight = isRightCode(code, found?.codeHash ?? DUMMY_HASH);
      // A code for a receipt that is not here counts for nothing: its request may not have arrived yet.
      if (found && isRight) await this.rateLimiter.recordSuccess(attempt);
      else if (found) await this.rateLimiter.recordFailure(attempt);
      if (!found || !isRight) throw new NotFound();
      return found;
    } finally {
      this.rateLimiter.release(attempt);
    }
  }
}
