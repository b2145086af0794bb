import type { ClerkDesk, ClerkReceipt } from '../system/clerk-desk.js';
import { assertInvariant } from './assert-invariant.js';
import { Effects } from './effects.js';
import { EventInvariants } from './event-invariants.js';
import { StatusInvariants } from './status-invariants.js';
import { StorageInvariants } from './storage-invariants.js';

/** The promises of the system, looked at after every step on what it changed. */
export class Invariants {
  readonly events = new EventInvariants();
  readonly storage = new StorageInvariants();
  readonly statuses = new StatusInvariants();
  readonly effects = new Effects();

  receiptGiven(desk: ClerkDesk, receipt: ClerkReceipt): void {
    const before = desk.receipts[0] ?? receipt;
    assertInvariant(
      'one-receipt-per-key',
      JSON.stringify(before) === JSON.stringify(receipt),
      () => `${desk.key}: ${receipt.receiptNumber}`,
    );
    desk.receipts.push(receipt);
  }
}
