import { Injectable } from '@nestjs/common';
import { NoSuchThing } from '@lianban/service-kit';
import { Guesses } from '../guesses/guesses.js';
import { FindTracked, type Found } from './find-tracked.js';
import { isRightCode, readQueryCode } from './query-code.js';

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
  async execute(receipt: string, header: string, address: string): Promise<Found> {
    const code = readQueryCode(header);
    const turn = await this.guesses.enter(receipt.slice(0, RECEIPT_LENGTH), address);
    try {
      const found = await this.findTracked.byReceipt(receipt);
      const isRight = isRightCode(code, found?.codeHash ?? NOBODYS);
      // No guess opens a receipt that is not here; it may be a right one that has not come yet.
      if (found && isRight) await this.guesses.right(turn);
      else if (found) await this.guesses.wrong(turn);
      if (!found || !isRight) throw new NoSuchThing();
      return found;
    } finally {
      this.guesses.leave(turn);
    }
  }
}
