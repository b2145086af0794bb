/** JSON with the keys of every object in order, so that what means the same is the same text; `undefined` is left out. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  let [text, comma] = ['', ''];
  if (Array.isArray(value)) {
    for (const each of value) [text, comma] = [text + comma + canonicalJson(each), ','];
    return `[${text}]`;
  }
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields).sort())
    if (fields[key] !== undefined)
      [text, comma] = [`${text}${comma}${JSON.stringify(key)}:${canonicalJson(fields[key])}`, ','];
  return `{${text}}`;
}
