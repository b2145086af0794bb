import { groupOf } from './groups.js';
import { ofStack, spentBetween, type Sample } from './window.js';

const aSample = (more: Partial<Sample>): Sample => ({ at: 0, busy: 0, stolen: 0, groups: {}, ...more });

describe('what was spent', () => {
  const before = aSample({ busy: 500, groups: { intake: 100, generator: 50 } });

  it('is counted group by group, new ones too', () => {
    const after = aSample({ at: 1_000, busy: 1_500, groups: { intake: 400, generator: 150, postgres: 600 } });
    const spent = spentBetween(before, after, 2);
    expect(spent).toEqual({
      elapsedMs: 1_000,
      cpu: { intake: 300, generator: 100, postgres: 600 },
      stolenMs: 0,
      disturbance: 0,
    });
    expect(ofStack(spent)).toBe(900);
  });

  it('by others, and stolen by other guests, is a disturbance, as a share of all cores', () => {
    const after = aSample({ at: 1_000, busy: 1_100, stolen: 200, groups: { intake: 300, generator: 50 } });
    expect(spentBetween(before, after, 2).disturbance).toBeCloseTo(0.3);
  });

  it('is never less than nothing where the two clocks of the kernel differ', () => {
    const after = aSample({ at: 1_000, busy: 600, groups: { intake: 400, generator: 50 } });
    expect(spentBetween(before, after, 2).disturbance).toBe(0);
  });
});

describe('a process', () => {
  it.each([
    [
      'node --import file:///h/apps/standalone/dist/stop.js /h/apps/standalone/dist/programs/intake.js',
      'intake',
    ],
    ['node /h/apps/standalone/dist/services-main.js', 'stack'],
    ['node /h/apps/standalone/dist/main.js', 'stack'],
    [
      'node --import file:///h/apps/standalone/dist/stop.js /h/apps/standalone/dist/programs/provider-simulator.js',
      'simulator',
    ],
    ['node /h/tools/bench/dist/load/generator.js', 'generator'],
    ['node /h/tools/bench/dist/main.js', 'bench'],
    ['postgres: intake lianban 127.0.0.1(5) idle', 'postgres'],
    ['/h/native/bin/postgres -D /tmp/x', 'postgres'],
    ['java -cp /h/lib/* kafka.Kafka /tmp/server.properties', 'kafka'],
    ['pgbench -n', 'bench'],
  ])('%s is counted to %s', (command, group) => expect(groupOf({ command })).toBe(group));
});
