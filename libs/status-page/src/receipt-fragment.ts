/** A receipt number and its query code. */
export interface ReceiptKey {
  receiptNumber: string;
  queryCode: string;
}

/**
 * What follows `#` in the address that a receipt's QR code holds: `<receipt number>.<query code>`. A browser sends it to nobody.
 */
export const toFragment = ({ receiptNumber, queryCode }: ReceiptKey): string =>
  `${receiptNumber}.${queryCode}`;

/** Reads a fragment, with or without `#`; undefined if it holds no receipt. */
export function readFragment(fragment: string): ReceiptKey | undefined {
  const [, receiptNumber, queryCode] = /^#?([A-Za-z0-9-]{10,64})\.([A-Za-z0-9]{4,32})$/.exec(fragment) ?? [];
  return receiptNumber && queryCode ? { receiptNumber, queryCode } : undefined;
}
