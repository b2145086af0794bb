/** The first so many characters (UTF-16 units) of a text, never half of one: no database takes a half. */
export const cutText = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
