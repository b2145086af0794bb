import { setTimeout as pause } from 'node:timers/promises';
import { rolling } from '../faults/rolling.js';
import { RequestLog } from '../load/request-log.js';
import { Caller } from '../load/caller.js';
import { RegistrationLoad } from '../load/registration-load.js';
import { StatusWatcher } from '../load/status-watcher.js';
import { Random } from '../random.js';
import { Results } from '../results.js';
import type { Bench, Row } from './goal.js';

const WARM_UP_MS = 3_000;
const CLIENTS = 64;
const MAX_PARALLEL_CHECKS = 10;

/** The answer of an overloaded stack: counted apart, for no restart causes it. */
const BUSY = 'too-busy';

/** R5: restarts every instance of every service, two of each, while clients register and query. No call may fail. */
export async function rollingRestart(bench: Bench, perSecond: number): Promise<Row[]> {
  const results = new Results('rolling');
  const stack = await bench.open({ logFolder: results.logs, instancesEach: 2, stageMs: 0 });
  try {
    const caller = new Caller(stack.url, stack.issuer);
    const requestLog = new RequestLog();
    const registrations = new RegistrationLoad(
      caller,
      requestLog,
      new Random('rolling'),
      `rolling-${Date.now()}`,
    );
    const watcher = new StatusWatcher(caller, requestLog, MAX_PARALLEL_CHECKS);
    const from = Date.now();
    const watching = watcher.run();
    const loading = registrations.run({ count: Infinity, perSecond, clients: CLIENTS, repeated: 0 });
    await pause(WARM_UP_MS);
    await rolling.inject(stack, { durationMs: 0 });
    await pause(WARM_UP_MS);
    registrations.end();
    await loading;
    const seconds = (Date.now() - from) / 1_000;
    watcher.end();
    await watching;
    const unserved = caller.answers.filter(({ status }) => status === 0 || status >= 500);
    const failed = unserved.filter(({ code }) => code !== BUSY);
    const busy = unserved.length - failed.length;
    results.write('summary.json', {
      perSecond,
      seconds,
      registered: requestLog.requests.length,
      busy,
      failed,
    });
    const rate = (requestLog.requests.length / seconds).toFixed(0);
    return [
      {
        goal: 'R5',
        figure: `${stack.instances.length} instances restarted under ${rate} registrations/s (asked: ${perSecond}), ${caller.answers.length} calls, ${busy} answered ${BUSY}, ${failed.length} failed otherwise`,
        bar: '0 failed',
        holds: unserved.length === 0,
      },
    ];
  } finally {
    await stack.stop();
  }
}
