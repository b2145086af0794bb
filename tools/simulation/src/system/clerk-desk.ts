import type { Receipt } from '@lianban/intake/domain';
import { UTILITIES, type Utility } from '@lianban/contracts';
import { aRegistration } from '@lianban/testing';
import { numberOf, Random } from '../random.js';

export type ClerkReceipt = Omit<Receipt, 'queryCode'>;

/** What a clerk has on her desk about one applicant: the form, its key, and the receipts she was given. */
export class ClerkDesk {
  readonly key: string;
  readonly body: ReturnType<typeof aRegistration>;
  readonly receipts: ClerkReceipt[] = [];
  /** The last correction that was answered. */
  answered?: string;

  constructor(seed: number, number: number) {
    this.key = `key-${seed}-${number}`;
    const random = new Random(numberOf(this.key));
    const chosen = UTILITIES.filter(() => random.percent(35));
    const some = chosen.length > 0 ? chosen : [random.pick(UTILITIES)];
    this.body = aRegistration(...(some as [Utility, ...Utility[]]));
  }
}
