/** Does what was typed fit a name: a part of it, of its Pinyin, or of the first letters of its syllables? */
export function fitsPinyin({ name, pinyin }: { name: string; pinyin: string }, typed: string): boolean {
  const sought = typed.trim().toLowerCase().replaceAll(' ', '');
  return (
    name.toLowerCase().includes(sought) ||
    pinyin.replaceAll(' ', '').includes(sought) ||
    initials(pinyin).includes(sought)
  );
}

const initials = (pinyin: string): string =>
  pinyin
    .split(' ')
    .map((syllable) => syllable[0] ?? '')
    .join('');

/** Names whose own first letters begin so come first. */
export const closeness = (pinyin: string, typed: string): number =>
  initials(pinyin).endsWith(typed.trim().toLowerCase()) || pinyin.replaceAll(' ', '').endsWith(typed) ? 0 : 1;
