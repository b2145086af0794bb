const COMPLETE = /^(?:LB)?([\dOIL]{6})([\dOIL]{8})([A-Z])([\dOIL]{5,})([0-9A-Z])$/;

/**
 * Reads a receipt number as people write, paste and dictate it: either case, full width, spaces, other dashes or none, without
 * LB, O for 0, I or L for 1. Anything else comes back in upper case without spaces.
 */
export function readReceiptNumber(typed: string): string {
  const written = withoutSpaces(typed);
  const [, district, day, letter, sequence, check] = COMPLETE.exec(written.replaceAll('-', '')) ?? [];
  if (!district) return written;
  const last = check === 'O' ? '0' : check === 'I' ? '1' : check;
  return `LB${digits(district)}-${digits(day!)}-${letter}-${digits(sequence!)}-${last}`;
}

/** The prefixes of receipt numbers that match what was typed; without dashes, the last character may be the check. */
export function receiptPrefixes(typed: string): string[] {
  const written = withoutSpaces(typed).replace(/^(?:LB)?(?=\d)/, 'LB');
  const [, head = '', letter = '', rest = ''] = /^(LB[\dOI]*-?[\dOI]*-?)([A-Z]?)(.*)$/.exec(written) ?? [];
  const begin = /^LB([\dOI]{0,6})-?([\dOI]{0,8})-?$/.exec(head);
  if (!begin) return [written];
  const [, district = '', day = ''] = begin;
  const place = [
    `LB${digits(district)}`,
    ...(day || letter ? [digits(day)] : []),
    ...(letter ? [letter] : []),
  ];
  const front = place.join('-');
  const tail = rest.replace(/^-/, '');
  if (!tail) return [front];
  if (tail.includes('-') || !/^[\dOI]{5,}[0-9A-Z]$/.test(tail)) return [`${front}-${tail}`];
  return [`${front}-${tail}`, `${front}-${tail.slice(0, -1)}-${tail.slice(-1)}`];
}

const withoutSpaces = (typed: string) =>
  typed
    .normalize('NFKC')
    .replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\p{Dash_Punctuation}−_]+/gu, '-')
    .toUpperCase();

const digits = (text: string) => text.replaceAll('O', '0').replace(/[IL]/g, '1');
