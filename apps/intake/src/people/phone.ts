import { isMobile } from '@lianban/contracts';

const AREA = '(010|02\\d|0[3-9]\\d{2})';
const LANDLINE = new RegExp(`^${AREA}-?([2-9]\\d{2,3})-?(\\d{4})(?:-(\\d{1,6}))?$`);

/** Normalises a mobile number, or a landline to `0531-88888888-123`; anything else is only trimmed. */
export function normalisePhone(typed: string): string {
  const written = withoutCountry(compact(typed));
  const digits = written.replaceAll('-', '');
  if (isMobile(digits)) return digits;
  // The zero of 013… is not an area code: the only one that begins with 01 is 010.
  if (/^01[3-9]\d{9}$/.test(digits)) return digits.slice(1);
  const [, area, first, last, extension] = LANDLINE.exec(written) ?? [];
  return area ? `${area}-${first}${last}${extension ? `-${extension}` : ''}` : typed.trim();
}

/** A normalised mobile or landline number of the mainland; not a service number. */
export const isPhone = (text: string): boolean => isMobile(text) || LANDLINE.test(text);

const compact = (typed: string) =>
  typed
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}|[\s().]/gu, '')
    .replace(/转|分机|ext|#|[\p{Dash_Punctuation}−]/giu, '-');

/** International numbers omit the zero of the area code. */
function withoutCountry(written: string): string {
  if (/^86-?1[\d-]{10,}$/.test(written)) return written.slice(2);
  const inland = written.replace(/^(\+|00)86-?/, '');
  return inland === written || (/^[01]/.test(inland) && !/^10/.test(inland)) ? inland : `0${inland}`;
}
