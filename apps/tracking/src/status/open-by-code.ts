import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { NoSuchThing } from '@lianban/service-kit';
import { Guesses, subjectsOf } from '../guesses/guesses.js';
import { FindTracked, type Found } from './find-tracked.js';

const NOBODYS = '0'.repeat(64);
const RECEIPT_LENGTH = 64;

/** Opens a request to him who has its receipt number and query code. */
@Injectable()
export class OpenByCode {
  constructor(
    private readonly findTracked: FindTracked,
    private readonly guesses: Guesses,
  ) {}

  /** @throws NoSuchThing, the same for an unknown receipt and a wrong code; TooManyGuesses */
  async execute(receipt: string, code: string, address: string): Promise<Found> {
    const subjects = subjectsOf(receipt.slice(0, RECEIPT_LENGTH), address);
    await this.guesses.refuseIfTooMany(subjects);
    const found = await this.findTracked.byReceipt(receipt);
    if (isRight(code, found?.codeHash ?? NOBODYS) && found) return found;
    // No guess opens a receipt that is not here; it may be a right one that has not come yet.
    if (found) await this.guesses.note(subjects);
    throw new NoSuchThing();
  }
}

/** Codes are published as the SHA-256 of their upper case. */
function isRight(code: string, hash: string): boolean {
  const given = createHash('sha256').update(code.trim().toUpperCase()).digest();
  return timingSafeEqual(given, Buffer.from(hash, 'hex'));
}
