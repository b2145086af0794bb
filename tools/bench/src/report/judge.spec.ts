import type { Finding } from '../goals/goal.js';
import { judge } from './judge.js';

const references = {
  all: { L: { unit: '/s', values: [900, 1_100], disturbance: 0.02 } },
  valueOf: () => 1_000,
};
const aFinding = (more: Partial<Finding>): Finding => ({
  goal: 'P2',
  text: 'carried',
  figure: 700,
  unit: '/s',
  against: 'L',
  bar: 0.67,
  stretch: 1,
  better: 'more',
  disturbance: 0.01,
  ...more,
});
const verdictOn = (more: Partial<Finding>) => judge(aFinding(more), references).verdict;

describe('a finding', () => {
  it('is held against the mean of its reference before and after', () =>
    expect(judge(aFinding({}), references)).toMatchObject({ ratio: 0.7, verdict: 'holds' }));

  it.each([
    [{ figure: 669 }, 'misses'],
    [{ figure: 670 }, 'holds'],
    [{ figure: 1_000 }, 'holds, stretch too'],
    [{ better: 'less', figure: 680, stretch: 0.5 }, 'misses'],
    [{ better: 'less', figure: 660, stretch: 0.5 }, 'holds'],
    [{ better: 'less', figure: 500, stretch: 0.5 }, 'holds, stretch too'],
    [{ better: 'less', figure: Infinity }, 'misses'],
    [{ figure: NaN }, 'misses'],
    [{ bar: undefined }, 'for information'],
  ] as [Partial<Finding>, string][])('with %p: %s', (more, verdict) => expect(verdictOn(more)).toBe(verdict));

  it('without a reference is held against the bar itself', () =>
    expect(
      judge(aFinding({ against: undefined, figure: 3, bar: 5, better: 'less' }), references),
    ).toMatchObject({
      ratio: 3,
      verdict: 'holds',
    }));

  it('says nothing where others took more than a tenth of the machine, then or while the reference ran', () => {
    expect(verdictOn({ disturbance: 0.11 })).toBe('disturbed');
    const disturbed = { ...references, all: { L: { ...references.all.L, disturbance: 0.2 } } };
    expect(judge(aFinding({}), disturbed)).toMatchObject({ verdict: 'disturbed', disturbance: 0.2 });
  });
});
