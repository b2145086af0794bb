/** What a table says of a provider's code; nothing of what every object has, such as `toString`: codes come from outside. */
export const entryOf = <T>(table: Readonly<Record<string, T>>, code: string): T | undefined =>
  Object.hasOwn(table, code) ? table[code] : undefined;
