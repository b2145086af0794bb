import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUILT = fileURLToPath(new URL('../dist/applicant/', import.meta.url));
const MAX_BYTES = 120_000;
/** What a status and its answer headers weigh, packed: five parts with all their stages. */
const STATUS_BYTES = 4_000;

describe("the applicant's page, as built", () => {
  const files = globSync('**/*.{html,js,css}', { cwd: BUILT });
  const sizes = files.map((file) => gzipSync(readFileSync(BUILT + file), { level: 9 }).length);

  it('is there whole: a page, one script, and the style under the name that tracking knows', () =>
    expect(files.toSorted()).toEqual([
      'applicant.css',
      expect.stringMatching(/^assets\/index-[\w-]+\.js$/),
      'index.html',
    ]));

  it('weighs no more than 120 kB, packed, up to the first status', () =>
    expect(sizes.reduce((sum, size) => sum + size, STATUS_BYTES)).toBeLessThanOrEqual(MAX_BYTES));

  it('is packed for those who serve it', () => expect(globSync('**/*.gz', { cwd: BUILT })).toHaveLength(2));

  it('has the form that works without scripts, and nothing from another host', () => {
    const html = readFileSync(`${BUILT}index.html`, 'utf8');
    expect(html).toContain('<form class="look-up" method="post" action="/v1/track/page"');
    expect(
      html.match(/(src|href)="[^"]*"/g)!.filter((each) => !/="(\/applicant\/|data:,)/.test(each)),
    ).toEqual([]);
  });
});
