import { Workload } from './workload.js';

describe('how big a run is', () => {
  it('is as the goal wants where nothing is said', () => {
    const workload = new Workload({ smoke: false });
    expect([workload.count(5_000), workload.seconds(8), workload.lengthOf(10)]).toEqual([
      5_000,
      8,
      '10 minutes',
    ]);
  });

  it('is as the command line wants, and says so', () => {
    const workload = new Workload({ smoke: false, requests: 300, minutes: 2 });
    expect([workload.count(5_000), workload.minutes(10), workload.lengthOf(10)]).toEqual([
      300,
      2,
      '2 instead of 10 minutes',
    ]);
  });

  it('is tiny where only the counting is tried', () => {
    const workload = new Workload({ smoke: true, requests: 300 });
    expect([workload.count(5_000), workload.seconds(8), workload.times(5)]).toEqual([20, 1, 1]);
  });
});
