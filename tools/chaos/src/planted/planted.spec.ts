import { readFileSync } from 'node:fs';
import { PLANTED, plantedIn } from './planted.js';

const ROOT = new URL('../../../../', import.meta.url);
const files = PLANTED.flatMap(({ name, rewrites }) => rewrites.map((rewrite) => ({ name, ...rewrite })));

describe('a planted fault', () => {
  it.each(files)('$name changes $file as it is built', (rewrite) => {
    const text = readFileSync(new URL(rewrite.file, ROOT), 'utf8');

    expect(plantedIn(text, rewrite)).not.toBe(text);
  });

  it('that does not fit is an error', () => {
    expect(() => plantedIn('return 1;', { file: 'a.js', find: 'return 2;', put: '' })).toThrow(
      'the planted fault does not fit a.js: there is no "return 2;"',
    );
  });
});
