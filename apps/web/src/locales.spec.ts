import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const pages = fileURLToPath(new URL('../pages/staff', import.meta.url));
const AREAS = ['counter', 'operations', 'shell', 'workbench'];

function keysIn(texts: object, above = ''): string[] {
  return Object.entries(texts).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' ? [above + name] : keysIn(value as object, `${above}${name}.`),
  );
}

/** A text that depends on a number is one text, however many forms a language has of it. */
const keysOf = (language: string, area: string) => {
  const texts = JSON.parse(readFileSync(join(pages, 'locales', language, `${area}.json`), 'utf8')) as object;
  return [...new Set(keysIn(texts).map((key) => key.replace(/_(one|other)$/, '')))];
};

const sources = globSync('**/*.{ts,tsx}', { cwd: pages })
  .filter((file) => !file.startsWith('locales'))
  .map((file) => readFileSync(join(pages, file), 'utf8'))
  .join('\n');
/** Keys are written out, or a part of them is put in: `utility.${utility}`. */
const written = new Set([...sources.matchAll(/['"]([\w-]+(?:\.[\w-]+)*)['"]/g)].map(([, key]) => key!));
const composed = [...sources.matchAll(/`([\w-]+(?:\.[\w-]+)*\.)\$\{[^}`]*\}((?:\.[\w-]+)*)`/g)].map(
  ([, start, end]) => ({ start: start!, end: end! }),
);
const isUsed = (key: string) =>
  written.has(key) || composed.some(({ start, end }) => key.startsWith(start) && key.endsWith(end));

describe.each(AREAS)('the texts of %s', (area) => {
  it('are there in both languages', () => {
    expect(keysOf('en', area).toSorted()).toEqual(keysOf('zh-CN', area).toSorted());
  });

  it('are all used', () => {
    expect(keysOf('zh-CN', area).filter((key) => !isUsed(key))).toEqual([]);
  });
});
