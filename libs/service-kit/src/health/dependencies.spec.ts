import { Metrics } from '../metrics/metrics.js';
import { Dependencies } from './dependencies.js';

describe('Dependencies', () => {
  let isUp: boolean;
  let metrics: Metrics;
  let dependencies: Dependencies;
  beforeEach(() => {
    isUp = true;
    metrics = new Metrics();
    dependencies = new Dependencies(metrics);
    dependencies.add('broker', () => {
      if (!isUp) throw new Error('no broker answers');
    });
  });

  it('says since when a dependency is down, and why', async () => {
    const { broker: before } = await dependencies.run();
    isUp = false;
    const { broker: down } = await dependencies.run();
    expect(down).toEqual({ status: 'down', since: expect.any(String), reason: 'no broker answers' });
    expect(before).toEqual({ status: 'up', since: expect.any(String) });
    expect((await dependencies.run()).broker).toEqual(down);
  });

  it('takes a rejection for down and keeps the dependencies apart', async () => {
    dependencies.add('database', () => Promise.reject(new Error('away')));
    expect(await dependencies.run()).toMatchObject({
      broker: { status: 'up' },
      database: { status: 'down', reason: 'away' },
    });
  });

  it('checks once for those who ask at the same time', async () => {
    let runs = 0;
    dependencies.add('counted', () => void (runs += 1));
    await Promise.all([dependencies.run(), dependencies.run()]);
    expect(runs).toBe(1);
  });

  it('has a metric for each', async () => {
    isUp = false;
    await dependencies.run();
    expect(await metrics.registry.metrics()).toContain('lianban_dependency_up{dependency="broker"} 0');
  });
});
