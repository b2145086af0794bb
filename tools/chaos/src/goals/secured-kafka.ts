import { SecuredKafka } from '@lianban/testing';
import { judged, underLoad } from '../load/under-load.js';
import { Results } from '../results.js';
import { KAFKA_LIB } from '../stack/paths.js';
import { StackTarget } from '../stack/stack-target.js';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Row } from './goal.js';

const LOAD_MS = 15_000;

/** R10: all nine services on a Kafka that refuses by default, each as itself with no more rights than are generated for it. */
export async function onSecuredKafka(bench: Bench, perSecond: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const security of ['mtls', 'scram'] as const) {
    const kafka = await SecuredKafka.start(KAFKA_LIB);
    try {
      const results = new Results(`secured-${security}`);
      const access = {
        allow: (prefix: string) => kafka.allow(prefix),
        envOf: (service: string) => kafka.envOf(security, service),
      };
      const stack = await bench.open({
        ...{ logFolder: results.logs, instancesEach: 1, stageMs: 0 },
        ...{ brokers: kafka.plaintext, access },
      });
      try {
        const outcome = await underLoad(new StackTarget(stack), perSecond, () => pause(LOAD_MS));
        rows.push(judged(`R10 ${security}`, 'every service as itself', outcome, false));
      } finally {
        await stack.stop();
      }
    } finally {
      await kafka.stop();
    }
  }
  return rows;
}
