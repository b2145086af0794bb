/** A character that is not allowed at its position; positions start at 1. */
export interface ForbiddenCharacter {
  character: string;
  position: number;
}

type IsAllowed = (character: string, before: string, after: string) => boolean;

const isLetter = (character: string) => /^[\p{L}\p{M}〇]$/u.test(character);
const isLetterOrDigit = (character: string) => /^[\p{L}\p{M}\p{N}]$/u.test(character);

/** Punctuation that is allowed between the letters of a person's name. */
const NAME_PUNCTUATION: Record<string, (before: string, after: string) => boolean> = {
  '·': (before, after) => isLetter(before) && isLetter(after),
  '-': (before, after) => (isLetter(before) || before === '.') && isLetter(after),
  "'": (before, after) => isLetter(before) || isLetter(after),
  '.': (before, after) => isLetter(before) && (isLetter(after) || ['', ' ', '-'].includes(after)),
  ' ': (before, after) => /[\p{L}\p{M}〇.']/u.test(before) && /[\p{L}']/u.test(after),
};

const isAllowedInPersonName: IsAllowed = (character, before, after) => {
  if (/\p{M}/u.test(character)) return isLetter(before);
  return isLetter(character) || Boolean(NAME_PUNCTUATION[character]?.(before, after));
};

const isAllowedInOrganisationName: IsAllowed = (character, before, after) =>
  character === '·'
    ? isLetterOrDigit(before) && isLetterOrDigit(after)
    : isLetterOrDigit(character) || /[.,'’&\-—（）()《》“”、，/+ ]/u.test(character);

/** Free text may contain anything but control characters and markup. */
const isAllowedInText: IsAllowed = (character) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>]/u.test(character);

/** The first forbidden character of a name; if the name has no letter, its first character. */
export function findForbiddenInName(
  kind: 'person' | 'organisation',
  name: string,
): ForbiddenCharacter | undefined {
  const found = find(name, kind === 'person' ? isAllowedInPersonName : isAllowedInOrganisationName);
  if (found || /[\p{L}〇]/u.test(name)) return found;
  return { character: [...name][0] ?? '', position: 1 };
}

export const findForbiddenInText = (text: string): ForbiddenCharacter | undefined =>
  find(text, isAllowedInText);

function find(text: string, isAllowed: IsAllowed): ForbiddenCharacter | undefined {
  const all = [...text];
  const index = all.findIndex((each, at) => !isAllowed(each, all[at - 1] ?? '', all[at + 1] ?? ''));
  return index < 0 ? undefined : { character: all[index]!, position: index + 1 };
}
