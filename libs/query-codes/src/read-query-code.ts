import { createHash, timingSafeEqual } from 'node:crypto';

/** Reads a query code as people write and paste it: either case, full width, spaces and dashes. */
export function readQueryCode(typed: string): string {
  const written = typed
    .normalize('NFKC')
    .replace(/[\s\p{Default_Ignorable_Code_Point}\p{Dash_Punctuation}−_]/gu, '')
    .toUpperCase();
  // No code contains 1 or I: people misread L.
  return written.replace(/[1I]/g, 'L');
}

/** The text of a header, which arrives as bytes: UTF-8, where it is that. */
export function textOfHeader(header: string): string {
  const utf8 = Buffer.from(header, 'latin1').toString();
  return utf8.includes('\ufffd') ? header : utf8;
}

export function isRightCode(code: string, hash: string): boolean {
  const given = createHash('sha256').update(code).digest();
  return timingSafeEqual(given, Buffer.from(hash, 'hex'));
}
