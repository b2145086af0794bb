import { Scale } from './scale.js';

describe('how big a run is', () => {
  it('is as the goal wants where nothing is said', () => {
    const scale = new Scale({ smoke: false });
    expect([scale.count(5_000), scale.seconds(8), scale.lengthOf(10)]).toEqual([5_000, 8, '10 minutes']);
  });

  it('is as the command line wants, and says so', () => {
    const scale = new Scale({ smoke: false, requests: 300, minutes: 2 });
    expect([scale.count(5_000), scale.minutes(10), scale.lengthOf(10)]).toEqual([
      300,
      2,
      '2 instead of 10 minutes',
    ]);
  });

  it('is tiny where only the counting is tried', () => {
    const scale = new Scale({ smoke: true, requests: 300 });
    expect([scale.count(5_000), scale.seconds(8), scale.times(5)]).toEqual([50, 1, 1]);
  });
});
