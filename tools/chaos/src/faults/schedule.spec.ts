import { FAULTS, type StrikingKind } from './faults.js';
import { scheduleOf } from './schedule.js';

const ALL = Object.keys(FAULTS) as StrikingKind[];
const SCOPE = { instances: ['intake.1', 'intake.2', 'routing.1'], links: ['kafka', 'sms'] };

describe('scheduleOf', () => {
  it('gives the same blows for the same seed and others for another', () => {
    expect(scheduleOf(3, 2_000, ALL, SCOPE)).toEqual(scheduleOf(3, 2_000, ALL, SCOPE));
    expect(scheduleOf(3, 2_000, ALL, SCOPE)).not.toEqual(scheduleOf(4, 2_000, ALL, SCOPE));
  });

  it.each([1, 2, 3])('has each kind at least once, in the order of their moments (seed %i)', (seed) => {
    const blows = scheduleOf(seed, 300, ALL, SCOPE);
    expect(new Set(blows.map(({ kind }) => kind))).toEqual(new Set(ALL));
    expect(blows.map(({ at }) => at)).toEqual(blows.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(blows.every(({ at }) => at > 0 && at < 300)).toBe(true);
  });

  it('has more blows for more requests, of the chosen kinds alone', () => {
    const blows = scheduleOf(1, 5_000, ['kill', 'postgres'], SCOPE);
    expect(blows.length).toBeGreaterThan(40);
    expect(new Set(blows.map(({ kind }) => kind))).toEqual(new Set(['kill', 'postgres']));
  });
});
