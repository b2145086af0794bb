/** Where a receipt's QR leads: number and code are in the fragment, which no server sees. */
export const receiptLink = (origin: string, receiptNumber: string, queryCode: string): string =>
  `${origin}/applicant/#${receiptNumber}.${queryCode}`;

/** What a fragment names; undefined where it is none of ours. */
export function readReceiptFragment(
  fragment: string,
): { receiptNumber: string; queryCode: string } | undefined {
  const [, receiptNumber, queryCode] = /^#?([^.]+)\.([^.]+)$/.exec(decodeURIComponent(fragment)) ?? [];
  return receiptNumber && queryCode ? { receiptNumber, queryCode } : undefined;
}
