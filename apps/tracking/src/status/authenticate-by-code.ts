import { Injectable } from '@nestjs/common';
import { NotFound } from '@lianban/service-kit';
import { FindRequestViews, type RequestView } from '../projection/find-request-views.js';
import { QueryCodeRateLimiter } from '../rate-limit/query-code-rate-limiter.js';
import { isRightCode, readQueryCode } from './query-code.js';

const DUMMY_HASH = '0'.repeat(64);
const MAX_RECEIPT_LENGTH = 64;

/** Finds a request by receipt number and query code. */
@Injectable()
export class AuthenticateByCode {
  constructor(
    private readonly findRequestViews: FindRequestViews,
    private readonly rateLimiter: QueryCodeRateLimiter,
  ) {}

  /** @throws NotFound for an unknown receipt and for a wrong code, TooManyGuesses */
  async execute(receipt: string, header: string, address: string): Promise<RequestView> {
    const code = readQueryCode(header);
    const attempt = await this.rateLimiter.acquire(receipt.slice(0, MAX_RECEIPT_LENGTH), address);
    try {
      const found = await this.findRequestViews.byReceipt(receipt);
      const isRight = isRightCode(code, found?.codeHash ?? DUMMY_HASH);
      // A code for an unknown receipt does not count, because its request may not have arrived yet.
      if (found && isRight) await this.rateLimiter.recordSuccess(attempt);
      else if (found) await this.rateLimiter.recordFailure(attempt);
      if (!found || !isRight) throw new NotFound();
      return found;
    } finally {
      this.rateLimiter.release(attempt);
    }
  }
}
