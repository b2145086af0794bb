import { readReceiptFragment, type ReceiptKey } from '../receipt-link.js';

const KEY = 'lianban.receipt';

/** The receipt of the QR code that led here, else the one that was followed in this tab. Its code stays in no address. */
export function takeReceipt(): ReceiptKey | undefined {
  const scanned = readReceiptFragment(location.hash);
  if (!scanned) return readStored();
  history.replaceState(null, '', location.pathname + location.search);
  storeReceipt(scanned);
  return scanned;
}

export function storeReceipt(receipt: ReceiptKey): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(receipt));
  } catch {
    // Without storage the receipt is asked for again after a reload.
  }
}

export function forgetReceipt(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    return;
  }
}

function readStored(): ReceiptKey | undefined {
  try {
    const stored = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Partial<ReceiptKey> | null;
    const { receiptNumber, queryCode } = stored ?? {};
    return receiptNumber && queryCode ? { receiptNumber, queryCode } : undefined;
  } catch {
    return undefined;
  }
}
