import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');

const FOLDERS = [
  'apps/adapter-water/src/water-soap',
  'apps/adapter-electricity/src/grid-rest',
  'apps/adapter-gas/src/gas-rest',
  'apps/adapter-heat/src/heat-sftp',
  'apps/adapter-telecom/src/tmf641',
  'libs/testing/src/example-dialect',
];
/** So much is read in ten minutes. */
const MOST_LINES = 810;
const MOST_FILES = 3;

/** What the words of the kit, of a dossier and of HTTP mean, they mean everywhere. */
const COMMON = [
  'libs/adapter-kit/src/drivers/utility-driver.ts',
  'libs/adapter-kit/src/drivers/provider-http.ts',
  'libs/adapter-kit/src/jobs/job-report.ts',
  'libs/adapter-kit/src/jobs/operation.ts',
  'libs/contracts/src/routing.events.ts',
];
const common = new Set(COMMON.flatMap((file) => [...read(file).matchAll(/\b\w+\b/g)].map(([word]) => word)));
/** Not the field of any one dialect. */
for (const word of ['id', 'name', 'type', 'address']) common.add(word);

const filesOf = (folder: string): string[] =>
  globSync(`${folder}/*.ts`, { cwd: root }).filter((file) => !/\.(spec|mother)\.ts$/.test(file));

/** Comments, and the names of files. */
const NO_CODE = /\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$|from '.*';$/gm;

/** Members of its classes and interfaces. */
function fieldsIn(text: string): string[] {
  const members = [...text.matchAll(/^\s+(?:@.*\)\s*)?(?:readonly )?(\w+)[!?]: /gm)].map(([, name]) => name!);
  return members.filter((name) => !common.has(name));
}

describe.each(FOLDERS)('the dialect in %s', (folder) => {
  const texts = filesOf(folder).map((file) => ({ file, text: read(file) }));
  const codes = texts.map(({ file, text }) => ({ file, text: text.replace(NO_CODE, '') }));

  it(`has no field that more than ${MOST_FILES} files know`, () => {
    const fields = [...new Set(codes.flatMap(({ text }) => fieldsIn(text)))];
    const spread = fields.flatMap((field) => {
      const known = codes.filter(({ text }) => new RegExp(`\\b${field}\\b`).test(text));
      return known.length > MOST_FILES ? [`${field}: ${known.map(({ file }) => file).join(', ')}`] : [];
    });
    expect(spread).toEqual([]);
  });

  it('is read in ten minutes', () => {
    const lines = texts.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
    expect(lines).toBeGreaterThan(50);
    expect(lines).toBeLessThanOrEqual(MOST_LINES);
  });
});
