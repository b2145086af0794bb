import type { Judged } from './judge.js';
import { short, table } from './table.js';

const aJudged = (more: Partial<Judged>): Judged => ({
  goal: 'P2',
  text: 'carried',
  figure: 1_234.5,
  unit: '/s',
  reference: { name: 'L', value: 2_000, unit: '/s' },
  ratio: 0.617,
  bar: 0.67,
  stretch: 1,
  better: 'more',
  disturbance: 0,
  verdict: 'misses',
  ...more,
});
const cellsOf = (line: string) => line.split(/ {2,}/);

describe('the table', () => {
  it('has a line for each goal, by number, measured or not', () => {
    const late = aJudged({ goal: 'P11', verdict: 'holds' });
    const lines = table([late, aJudged({})], [{ goal: 'P8', reason: 'one process', isBroken: false }]).split(
      '\n',
    );
    expect(lines.map(cellsOf).slice(1)).toEqual([
      ['P2', 'carried', '1,235 /s', 'L 2,000 /s', '0.617', '≥ 0.670', '≥ 1.00', 'misses'],
      ['P8', 'one process', 'not measured'],
      ['P11', 'carried', '1,235 /s', 'L 2,000 /s', '0.617', '≥ 0.670', '≥ 1.00', 'holds'],
    ]);
  });

  it('keeps the ratio of a disturbed goal to itself', () => {
    const [, line] = table([aJudged({ verdict: 'disturbed', disturbance: 0.26 })], []).split('\n');
    expect(line).toContain('disturbed: 26 %');
    expect(line).not.toContain('0.617');
  });

  it.each([
    [0, '0'],
    [0.0123, '0.012'],
    [0.67, '0.670'],
    [12.34, '12.3'],
    [12_345.6, '12,346'],
    [Infinity, '–'],
  ])('writes %p as %s', (value, text) => expect(short(value)).toBe(text));
});
