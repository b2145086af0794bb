import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const sources = globSync('{apps,libs,tools}/*/src/**/*.ts', { cwd: root })
  .filter((path) => !path.endsWith('.spec.ts'))
  .map((path) => readFileSync(`${root}/${path}`, 'utf8'));
const found = (pattern: RegExp) => sources.flatMap((text) => [...text.matchAll(pattern)]);

const problems = found(/super\(\s*'([a-z-]+)',\s*(\d{3}|status)/g).map(([, code, status]) => ({
  code: code!,
  status: status === 'status' ? '400' : status!,
}));
const errorCodes = [...found(/message\(\s*'([a-z-]+)'/g), ...found(/\bcode: '([a-z-]+)'/g)].map(
  ([, code]) => code!,
);

const [ofProblems, ofForms] = readFileSync(`${root}/docs/problems.md`, 'utf8').split(
  '## In `errors` of a form',
);
const rowsOf = (text: string) =>
  [...text.matchAll(/^\| `([a-z-]+)` +\|(?: (\d{3}) )?/gm)].map(([, code, status]) => ({
    code: code!,
    status,
  }));
const problemRows = rowsOf(ofProblems!);
const errorRows = rowsOf(ofForms!).map(({ code }) => code);

describe('docs/problems.md', () => {
  it('is compared with codes that were really found', () => {
    const codes = problems.map(({ code }) => code);
    const some = ['not-served', 'no-token', 'backlog-too-long', 'bad-signature', 'too-many-guesses'];
    expect(codes).toEqual(expect.arrayContaining(some));
    expect(errorCodes).toEqual(expect.arrayContaining(['unknown-matter', 'unknown-field', 'wrong-provider']));
  });

  it.each(problems)('has a row for $code with status $status', (problem) =>
    expect(problemRows).toContainEqual(problem),
  );

  it.each([...new Set(errorCodes)])('has a row for %s in a form', (code) =>
    expect(errorRows).toContain(code),
  );

  it('has no row for a code that no service has', () => {
    const known = [...problems.map(({ code }) => code), ...errorCodes];
    const documented = [...problemRows.map(({ code }) => code), ...errorRows];
    expect(documented.filter((code) => !known.includes(code))).toEqual([]);
  });
});
