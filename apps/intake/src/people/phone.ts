import { isMobile } from '@lianban/contracts';

const AREA = '(010|02\\d|0[3-9]\\d{2})';
const LANDLINE = new RegExp(`^${AREA}-?([2-9]\\d{2,3})-?(\\d{4})(?:-(\\d{1,6}))?$`);

/** A mobile number, or a landline as `0531-88888888-123`, however it was typed; what is no number of the mainland stays as it is. */
export function normalisePhone(typed: string): string {
  const written = withoutCountry(compact(typed));
  const digits = written.replaceAll('-', '');
  if (isMobile(digits)) return digits;
  // A zero before a mobile number is no area code: of those that begin with 01 there is only 010.
  if (/^01[3-9]\d{9}$/.test(digits)) return digits.slice(1);
  const [, area, first, last, extension] = LANDLINE.exec(written) ?? [];
  return area ? `${area}-${first}${last}${extension ? `-${extension}` : ''}` : typed.trim();
}

/** A mobile or a landline number of the mainland (domain 2.5), as it is kept; not a service number. */
export const isPhone = (text: string): boolean => isMobile(text) || LANDLINE.test(text);

const compact = (typed: string) =>
  typed
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}|[\s().]/gu, '')
    .replace(/转|分机|ext|#|[\p{Dash_Punctuation}−]/giu, '-');

/** Abroad the zero of the area code is left out. */
function withoutCountry(written: string): string {
  if (/^86-?1[\d-]{10,}$/.test(written)) return written.slice(2);
  const inland = written.replace(/^(\+|00)86-?/, '');
  return inland === written || (/^[01]/.test(inland) && !/^10/.test(inland)) ? inland : `0${inland}`;
}
