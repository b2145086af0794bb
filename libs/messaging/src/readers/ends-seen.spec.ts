import { EndsSeen } from './ends-seen.js';

const seen = (...ends: [offset: number, at: number][]): EndsSeen => {
  const all = new EndsSeen();
  for (const [offset, at] of ends) all.note(offset, at);
  return all;
};

describe('the ends seen of a partition', () => {
  it('date an offset between the looks around it', () => {
    const ends = seen([100, 10], [200, 11], [300, 12]);
    expect(ends.ageOf(150, 12)).toBeCloseTo(1.5);
    expect(ends.ageOf(200, 12)).toBeCloseTo(1);
    expect(ends.ageOf(299, 12)).toBeCloseTo(0.01);
  });

  it('call nobody behind who has read everything', () => {
    expect(seen([100, 10], [200, 11]).ageOf(200, 12)).toBe(0);
  });

  it('know of what was there before the first look only that it is as old', () => {
    expect(seen([100, 10], [200, 12]).ageOf(30, 12)).toBe(2);
  });

  it('begin anew after a pause: nothing is known of the time between', () => {
    expect(seen([100, 10], [200, 600]).ageOf(150, 600)).toBe(0);
  });
});
