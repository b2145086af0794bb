/** JSON with sorted keys, so that equal values have equal texts; `undefined` is left out. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value as Record<string, unknown>);
}

function canonicalArray(items: readonly unknown[]): string {
  let text = '[';
  for (let place = 0; place < items.length; place++)
    text += place === 0 ? canonicalJson(items[place]) : `,${canonicalJson(items[place])}`;
  return `${text}]`;
}

function canonicalObject(fields: Record<string, unknown>): string {
  let text = '{';
  for (const key of Object.keys(fields).sort()) {
    const value = fields[key];
    if (value === undefined) continue;
    if (text !== '{') text += ',';
    text += `${JSON.stringify(key)}:${canonicalJson(value)}`;
  }
  return `${text}}`;
}
