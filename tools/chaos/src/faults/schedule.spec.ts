import { FAULTS, type InjectableKind } from './faults.js';
import { scheduleOf } from './schedule.js';

const ALL = Object.keys(FAULTS) as InjectableKind[];
const SCOPE = { instances: ['intake.1', 'intake.2', 'routing.1'], links: ['kafka', 'sms'] };

describe('scheduleOf', () => {
  it('gives the same faults for the same seed and others for another', () => {
    expect(scheduleOf(3, 2_000, ALL, SCOPE)).toEqual(scheduleOf(3, 2_000, ALL, SCOPE));
    expect(scheduleOf(3, 2_000, ALL, SCOPE)).not.toEqual(scheduleOf(4, 2_000, ALL, SCOPE));
  });

  it.each([1, 2, 3])('has each kind at least once, in the order of their moments (seed %i)', (seed) => {
    const schedule = scheduleOf(seed, 300, ALL, SCOPE);
    expect(new Set(schedule.map(({ kind }) => kind))).toEqual(new Set(ALL));
    expect(schedule.map(({ at }) => at)).toEqual(schedule.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(schedule.every(({ at }) => at > 0 && at < 300)).toBe(true);
  });

  it('has more faults for more requests, of the chosen kinds alone', () => {
    const schedule = scheduleOf(1, 5_000, ['kill', 'postgres'], SCOPE);
    expect(schedule.length).toBeGreaterThan(40);
    expect(new Set(schedule.map(({ kind }) => kind))).toEqual(new Set(['kill', 'postgres']));
  });
});
