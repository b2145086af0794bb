import { setTimeout as pause } from 'node:timers/promises';
import { rolling } from '../faults/rolling.js';
import { Book } from '../load/book.js';
import { Caller } from '../load/caller.js';
import { Registering } from '../load/register.js';
import { Watch } from '../load/watch.js';
import { Random } from '../random.js';
import { Results } from '../results.js';
import type { Bench, Row } from './goal.js';

const WARM = 3_000;
const CLIENTS = 64;
const LOOKS_AT_ONCE = 10;

/** What a house answers that is asked for more than it carries: told apart, for no restart brings it about. */
const BUSY = 'too-busy';

/** R5: restarts every instance of every service, two of each, while clients register and look. No call may fail. */
export async function roll(bench: Bench, perSecond: number): Promise<Row[]> {
  const results = new Results('rolling');
  const house = await bench.open({ logFolder: results.logs, instancesEach: 2, stageMs: 0 });
  try {
    const caller = new Caller(house.url, house.issuer);
    const book = new Book();
    const registering = new Registering(caller, book, new Random('rolling'), `rolling-${Date.now()}`);
    const watch = new Watch(caller, book, LOOKS_AT_ONCE);
    const from = Date.now();
    const watching = watch.run();
    const loading = registering.run({ count: Infinity, perSecond, clients: CLIENTS, repeated: 0 });
    await pause(WARM);
    await rolling.strike(house, { lasts: 0 });
    await pause(WARM);
    registering.end();
    await loading;
    const seconds = (Date.now() - from) / 1_000;
    watch.end();
    await watching;
    const unserved = caller.answers.filter(({ status }) => status === 0 || status >= 500);
    const failed = unserved.filter(({ code }) => code !== BUSY);
    const busy = unserved.length - failed.length;
    results.write('summary.json', { perSecond, seconds, registered: book.requests.length, busy, failed });
    const rate = (book.requests.length / seconds).toFixed(0);
    return [
      {
        goal: 'R5',
        figure: `${house.instances.length} instances restarted under ${rate} registrations/s (asked: ${perSecond}), ${caller.answers.length} calls, ${busy} told ${BUSY}, ${failed.length} failed otherwise`,
        bar: '0 failed',
        holds: unserved.length === 0,
      },
    ];
  } finally {
    await house.stop();
  }
}
