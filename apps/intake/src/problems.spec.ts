import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const documented = readFileSync(`${root}/docs/problems.md`, 'utf8');
const sources = globSync(`${root}/{apps,libs}/*/src/**/*.ts`)
  .filter((path) => !/\.(spec|mother)\.ts$/.test(path))
  .map((path) => readFileSync(path, 'utf8'));

const codesIn = (pattern: RegExp) => [
  ...new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map(([, code]) => code!))),
];
const problems = codesIn(/super\(\s*'([a-z-]+)',\s*(?:\d{3}|status)/g);
const complaints = codesIn(/(?:saying\(\s*|code: )'([a-z-]+)'(?=,\s*(?:text\b|\[|\{|'))/g);

describe('docs/problems.md', () => {
  it('is compared with codes that were really found', () => {
    expect(problems).toEqual(expect.arrayContaining(['not-served', 'no-token', 'held-by-colleague']));
    expect(complaints).toEqual(expect.arrayContaining(['unknown-matter', 'unknown-field', 'wrong-provider']));
  });

  it.each([...problems, ...complaints])('has a row for %s', (code) =>
    expect(documented).toContain(`| \`${code}\``),
  );
});
