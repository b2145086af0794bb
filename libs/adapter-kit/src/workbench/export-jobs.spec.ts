import { toCell } from './export-jobs.js';

describe('a cell of the export', () => {
  it.each([
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['+86', `'+86`],
    ['-2+3', `'-2+3`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `'\t=1`],
    ['-2', '-2'],
    ['历下区, 1号', '"历下区, 1号"'],
    ['淄川区样例路1号', '淄川区样例路1号'],
  ])('writes %j as %j', (text, cell) => expect(toCell(text)).toBe(cell));
});
