/** A character that may not stand where it stands; the first place is 1. */
export interface Forbidden {
  character: string;
  place: number;
}

type IsAllowed = (character: string, before: string, after: string) => boolean;

const isLetter = (character: string) => /^[\p{L}\p{M}〇]$/u.test(character);
const isSign = (character: string) => /^[\p{L}\p{M}\p{N}]$/u.test(character);

/** What may stand between the letters of a person's name. */
const OF_PERSONS: Record<string, (before: string, after: string) => boolean> = {
  '·': (before, after) => isLetter(before) && isLetter(after),
  '-': (before, after) => (isLetter(before) || before === '.') && isLetter(after),
  "'": (before, after) => isLetter(before) || isLetter(after),
  '.': (before, after) => isLetter(before) && (isLetter(after) || ['', ' ', '-'].includes(after)),
  ' ': (before, after) => /[\p{L}\p{M}〇.']/u.test(before) && /[\p{L}']/u.test(after),
};

const isOfPerson: IsAllowed = (character, before, after) => {
  if (/\p{M}/u.test(character)) return isLetter(before);
  return isLetter(character) || Boolean(OF_PERSONS[character]?.(before, after));
};

const isOfOrganisation: IsAllowed = (character, before, after) =>
  character === '·'
    ? isSign(before) && isSign(after)
    : isSign(character) || /[.,'’&\-—（）()《》“”、，/+ ]/u.test(character);

/** Free text may hold anything but what a page or a terminal would obey. */
const isOfText: IsAllowed = (character) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>]/u.test(character);

/** The first character that cannot be in such a name; where it has no letter at all, the first. */
export function forbiddenInName(kind: 'person' | 'organisation', name: string): Forbidden | undefined {
  const found = find(name, kind === 'person' ? isOfPerson : isOfOrganisation);
  if (found || /[\p{L}〇]/u.test(name)) return found;
  return { character: [...name][0] ?? '', place: 1 };
}

export const forbiddenInText = (text: string): Forbidden | undefined => find(text, isOfText);

function find(text: string, isAllowed: IsAllowed): Forbidden | undefined {
  const all = [...text];
  const index = all.findIndex((each, at) => !isAllowed(each, all[at - 1] ?? '', all[at + 1] ?? ''));
  return index < 0 ? undefined : { character: all[index]!, place: index + 1 };
}
