import { Injectable } from '@nestjs/common';
import { NotFound } from '@lianban/service-kit';
import { QueryCodeRateLimiter } from './query-code-rate-limiter.js';
import { isRightCode, readQueryCode } from './read-query-code.js';

const DUMMY_HASH = '0'.repeat(64);
const MAX_RECEIPT_LENGTH = 64;

/** What a service keeps of a request that a query code opens. */
export interface CodeHolder {
  /** SHA-256 of its query code, hex. */
  codeHash: string;
}

/** Lets in who knows the query code of a receipt, and slows down who guesses. */
@Injectable()
export class AdmitByCode {
  constructor(private readonly rateLimiter: QueryCodeRateLimiter) {}

  /** @throws NotFound for an unknown receipt and for a wrong code, TooManyGuesses */
  async execute<T extends CodeHolder>(
    receipt: string,
    typedCode: string,
    address: string,
    find: (receipt: string) => Promise<T | undefined>,
  ): Promise<T> {
    const code = readQueryCode(typedCode);
    const attempt = await this.rateLimiter.acquire(receipt.slice(0, MAX_RECEIPT_LENGTH), address);
    try {
      const found = await find(receipt);
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
