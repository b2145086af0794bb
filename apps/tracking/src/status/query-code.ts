import { createHash, timingSafeEqual } from 'node:crypto';

/** The query code in a header, as people write and paste it: either case, full width, blanks and dashes. */
export function readQueryCode(header: string): string {
  const utf8 = Buffer.from(header, 'latin1').toString();
  const written = (utf8.includes('\ufffd') ? header : utf8)
    .normalize('NFKC')
    .replace(/[\s\p{Default_Ignorable_Code_Point}\p{Dash_Punctuation}−_]/gu, '')
    .toUpperCase();
  // No code has a 1 or an I: who writes one has seen an L.
  return written.replace(/[1I]/g, 'L');
}

/** Codes are published as the SHA-256 of their upper case. */
export function isRightCode(code: string, hash: string): boolean {
  const given = createHash('sha256').update(code).digest();
  return timingSafeEqual(given, Buffer.from(hash, 'hex'));
}
