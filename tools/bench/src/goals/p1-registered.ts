import type { Bench } from '../bench.js';
import type { Awaited, Registered } from '../load/jobs.js';
import { ACCEPT_IN_REPLY, ACCEPTED, CLIENTS, rateOf } from './throughput.js';
import type { Finding, Goal } from './goal.js';

/** Shorter than a consumer's session: who is held still for longer is thrown out of its group. */
const WINDOW_SECONDS = 5;
const WARM_UP = 500;

export const p1: Goal = {
  id: 'P1',
  needs: ['A'],
  async measure(bench) {
    await bench.stack.setFaults(ACCEPT_IN_REPLY);
    const { perSecond: guess } = await registered(bench, 'P1, warming up', bench.workload.count(WARM_UP, 5));
    await untilAccepted(bench);
    const count = bench.workload.count(Math.max(WARM_UP, Math.round(guess * WINDOW_SECONDS)));
    const all = await registered(bench, 'P1 with the whole stack at work', count);
    await untilAccepted(bench);
    const whole = findingOf('requests accepted, the whole stack at work', all);
    if (bench.stack.mode === 'standalone') return [{ ...whole, ...BAR }];
    const alone = await held(bench, () => registered(bench, 'P1 with the others held still', count));
    await untilAccepted(bench);
    return [
      { ...findingOf('requests accepted by intake, the other services held still', alone), ...BAR },
      whole,
    ];
  },
};

const BAR = { bar: 0.4, stretch: 0.8 };

function findingOf(text: string, { perSecond, disturbance, count }: Rate): Finding {
  const note = `${text}: ${count} requests of ${CLIENTS} clients`;
  return { goal: 'P1', text, figure: perSecond, unit: '/s', against: 'A', better: 'more', disturbance, note };
}

interface Rate {
  count: number;
  perSecond: number;
  disturbance: number;
}

/** What was accepted is carried on before anything else is measured. */
async function untilAccepted(bench: Bench): Promise<void> {
  await bench.load<Awaited>({ job: 'await', mark: ACCEPTED, checkEveryMs: 50 });
  await bench.quiet();
}

async function registered(bench: Bench, name: string, count: number): Promise<Rate> {
  const { value, spent } = await bench.measure(name, () =>
    bench.load<Registered>({
      job: 'register',
      pace: { clients: CLIENTS, requests: count },
      checkEveryMs: 0,
      retries: true,
    }),
  );
  return { count, perSecond: rateOf(value.due, value.answered), disturbance: spent.disturbance };
}

/** What the others would do with what is accepted is not what is measured. */
async function held<T>(bench: Bench, action: () => Promise<T>): Promise<T> {
  const pids = bench.stack.services.flatMap(([name, pid]) => (name === 'intake' ? [] : [pid]));
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    return await action();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}
