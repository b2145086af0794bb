import { ReadinessChecks } from './readiness-checks.js';

describe('ReadinessChecks', () => {
  let isUp: boolean;
  let checks: ReadinessChecks;
  beforeEach(() => {
    isUp = true;
    checks = new ReadinessChecks();
    checks.add('broker', () => {
      if (!isUp) throw new Error('away');
    });
  });

  it('believes the first result', async () => {
    isUp = false;
    expect(await checks.run()).toEqual({ broker: 'down' });
  });

  it('turns only after two contrary results in a row, both ways', async () => {
    const seen = [];
    for (isUp of [true, false, true, false, false, true, true]) seen.push((await checks.run()).broker);
    expect(seen).toEqual(['up', 'up', 'up', 'up', 'down', 'down', 'up']);
  });

  it('takes a rejection for down and keeps the checks apart', async () => {
    checks.add('database', () => Promise.reject(new Error('away')));
    expect(await checks.run()).toEqual({ broker: 'up', database: 'down' });
  });

  it('runs once for those who ask at the same time', async () => {
    let runs = 0;
    checks.add('counted', () => void (runs += 1));
    await Promise.all([checks.run(), checks.run()]);
    expect(runs).toBe(1);
  });
});
