/** What a receipt gives to its applicant. */
export interface ReceiptKey {
  receiptNumber: string;
  queryCode: string;
}

/** Where a receipt's QR leads: number and code are in the fragment, which no server sees. */
export const receiptLink = (origin: string, receiptNumber: string, queryCode: string): string =>
  `${origin}/applicant/#${receiptNumber}.${queryCode}`;

/** What a fragment names; undefined where it is none of ours. */
export function readReceiptFragment(fragment: string): ReceiptKey | undefined {
  const [, receiptNumber, queryCode] = /^#?([A-Za-z0-9-]{10,64})\.([A-Za-z0-9]{4,32})$/.exec(fragment) ?? [];
  return receiptNumber && queryCode ? { receiptNumber, queryCode } : undefined;
}
