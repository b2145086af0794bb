import { DependencyChecks } from './dependency-checks.js';

describe('DependencyChecks', () => {
  let isUp: boolean;
  let checks: DependencyChecks;
  beforeEach(() => {
    isUp = true;
    checks = new DependencyChecks();
    checks.add('broker', () => {
      if (!isUp) throw new Error('away');
    });
  });

  const statuses = async () =>
    Object.fromEntries(Object.entries(await checks.run()).map(([name, { status }]) => [name, status]));

  it('believes the first result', async () => {
    isUp = false;
    expect(await statuses()).toEqual({ broker: 'down' });
  });

  it('says since when it is so', async () => {
    const first = (await checks.run()).broker!.since;
    expect((await checks.run()).broker!.since).toBe(first);
    isUp = false;
    await checks.run();
    const before = new Date().toISOString();
    const { status, since } = (await checks.run()).broker!;
    expect([status, since >= before]).toEqual(['down', true]);
  });

  it('turns only after two contrary results in a row, both ways', async () => {
    const seen = [];
    for (isUp of [true, false, true, false, false, true, true]) seen.push((await statuses()).broker);
    expect(seen).toEqual(['up', 'up', 'up', 'up', 'down', 'down', 'up']);
  });

  it('takes a rejection for down and keeps the checks apart', async () => {
    checks.add('database', () => Promise.reject(new Error('away')));
    expect(await statuses()).toEqual({ broker: 'up', database: 'down' });
  });

  it('runs once for those who ask at the same time', async () => {
    let runs = 0;
    checks.add('counted', () => void (runs += 1));
    await Promise.all([checks.run(), checks.run()]);
    expect(runs).toBe(1);
  });
});
