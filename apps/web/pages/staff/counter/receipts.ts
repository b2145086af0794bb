import type { Receipt } from '../../api/types.gen.js';

const nameOf = (receiptNumber: string) => `lianban.receipt.${receiptNumber}`;

/** Keeps a receipt with its query code for as long as the window is open, so that it can be printed. */
export const keepReceipt = (receipt: Receipt): void =>
  sessionStorage.setItem(nameOf(receipt.receiptNumber), JSON.stringify(receipt));

export function findReceipt(receiptNumber: string): Receipt | undefined {
  const kept = sessionStorage.getItem(nameOf(receiptNumber));
  return kept ? (JSON.parse(kept) as Receipt) : undefined;
}
