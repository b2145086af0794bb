/** The first UTF-16 units of a text, without splitting a character: PostgreSQL cannot store half of one. */
export const cutText = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
