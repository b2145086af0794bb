import type { Receipt } from '../../api/types.gen.js';
import type { Language } from '../shell/language.js';

/** A receipt, and the language of the applicant, in which it is printed. */
export interface KeptReceipt {
  receipt: Receipt;
  language: Language;
}

const nameOf = (receiptNumber: string) => `lianban.receipt.${receiptNumber}`;

/** Keeps a receipt with its query code for as long as the window is open, so that it can be printed. */
export const keepReceipt = (kept: KeptReceipt): void =>
  sessionStorage.setItem(nameOf(kept.receipt.receiptNumber), JSON.stringify(kept));

export function findReceipt(receiptNumber: string): KeptReceipt | undefined {
  const kept = sessionStorage.getItem(nameOf(receiptNumber));
  return kept ? (JSON.parse(kept) as KeptReceipt) : undefined;
}
