/** Letters of any script with the marks names are written with; `·` parts the names of minorities (domain 7). */
const PERSON = /^[\p{L}\p{M}·.'’\- ]+$/u;
const ORGANISATION = /^[\p{L}\p{M}\p{N}·.,'’&\-—（）()《》“”、 ]+$/u;
const LENGTHS = { person: [2, 30], organisation: [2, 60] } as const;

export type NameFault =
  { code: 'forbidden-characters' } | { code: 'wrong-length'; limits: readonly number[] };

/** What is wrong with a name: its characters or its length, counted in characters as people count them. */
export function faultOfName(kind: 'person' | 'organisation', name: string): NameFault | undefined {
  const limits = LENGTHS[kind];
  const length = [...name].length;
  if (length < limits[0] || length > limits[1]) return { code: 'wrong-length', limits };
  return (kind === 'person' ? PERSON : ORGANISATION).test(name)
    ? undefined
    : { code: 'forbidden-characters' };
}

/** Free text may hold anything but what a page or a terminal would obey. */
export const isPlainText = (text: string): boolean => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>]/u.test(text);
