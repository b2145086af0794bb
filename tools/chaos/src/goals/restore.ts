import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TOPICS } from '@lianban/contracts';
import { Caller } from '../load/caller.js';
import { judged, underLoad } from '../load/under-load.js';
import { Results } from '../results.js';
import { archiveFolder, backUp, restoreTo } from '../stack/backup.js';
import { StackTarget } from '../stack/stack-target.js';
import type { Bench, Row } from './goal.js';

const LOAD_MS = 10_000;

/**
 * R11: the data of PostgreSQL and of Kafka are lost at once, under load. PostgreSQL is restored from a base backup, its archive
 * and what was left of its log; Kafka begins empty; the services start again and publish everything again.
 */
export async function restore(bench: Bench, perSecond: number): Promise<Row[]> {
  const results = new Results('restore');
  const stack = await bench.open({
    ...{ logFolder: results.logs, instancesEach: 1, stageMs: 300 },
    archives: true,
  });
  try {
    const target = new StackTarget(stack);
    const [folder, lost, backup] = ['postgres', 'lost', 'backup'].map((name) => join(stack.folder, name)) as [
      string,
      string,
      string,
    ];
    let [backedUp, lostAt, restored, back] = [0, 0, 0, 0];
    const outcome = await underLoad(target, perSecond, async () => {
      await pause(LOAD_MS);
      const from = Date.now();
      await backUp(stack.postgres.now, folder, backup);
      backedUp = Date.now() - from;
      await pause(LOAD_MS);
      lostAt = Date.now();
      bench.print('PostgreSQL and Kafka lose their data');
      await Promise.all([
        stack.postgres.replace(async () => {
          await rename(folder, lost);
          const archive = await archiveFolder(stack.folder);
          await restoreTo(folder, { backup, archive, lostLog: join(lost, 'pg_wal') });
        }),
        stack.kafka!.replace(() => rm(join(stack.folder, 'kafka'), { recursive: true })),
      ]);
      await stack.createTopics();
      restored = Date.now() - lostAt;
      await Promise.all(stack.instances.map(({ name }) => stack.processes.restart(name, 'SIGTERM')));
      await pause(1_500);
      await stack.untilReady();
      await publishAgain(new Caller(target.url, target));
      back = Date.now() - lostAt;
      bench.print('everything is published again');
      await pause(LOAD_MS);
    });
    const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
    return [
      judged(
        'R11',
        `base backup in ${seconds(backedUp)} s, PostgreSQL and Kafka there again after ${seconds(restored)} s, all services after ${seconds(back)} s`,
        outcome,
        true,
      ),
    ];
  } finally {
    await stack.stop();
  }
}

/** The operator's command to every service that publishes. */
async function publishAgain(caller: Caller): Promise<void> {
  const publishers = new Set(TOPICS.flatMap(({ publishers: names }) => names));
  for (const service of publishers)
    for (;;) {
      const { status } = await caller.call({
        ...{ endpoint: 'POST /v1/ops/:service/republish', path: `/v1/ops/${service}/republish` },
        as: 'operator',
      });
      if (status === 202) break;
      await pause(500);
    }
}
