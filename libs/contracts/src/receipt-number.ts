const COMPLETE = /^(?:LB)?([\dOIL]{6})([\dOIL]{8})([A-Z])([\dOIL]{5,})([0-9A-Z])$/;

/**
 * A receipt number as it stands on the receipt, from what people write, paste and dictate: either case, full width,
 * blanks, other dashes or none, without its LB, O for 0 and I or L for 1. What is no whole receipt number comes back in
 * upper case, without blanks.
 */
export function readReceiptNumber(typed: string): string {
  const written = withoutBlanks(typed);
  const [, district, day, letter, sequence, check] = COMPLETE.exec(written.replaceAll('-', '')) ?? [];
  if (!district) return written;
  const last = check === 'O' ? '0' : check === 'I' ? '1' : check;
  return `LB${digits(district)}-${digits(day!)}-${letter}-${digits(sequence!)}-${last}`;
}

/** How receipt numbers may begin that begin so; the last character of a number without dashes may be its check. */
export function receiptsBeginning(typed: string): string[] {
  const written = withoutBlanks(typed).replace(/^(?:LB)?(?=\d)/, 'LB');
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

const withoutBlanks = (typed: string) =>
  typed
    .normalize('NFKC')
    .replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\p{Dash_Punctuation}−_]+/gu, '-')
    .toUpperCase();

const digits = (text: string) => text.replaceAll('O', '0').replace(/[IL]/g, '1');
