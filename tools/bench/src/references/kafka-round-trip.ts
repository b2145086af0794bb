import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { KafkaClient } from '@lianban/messaging';
import { dueTimes } from '../load/pace.js';
import { answerBy } from '../program.js';

export interface RoundTripQuestion {
  brokers: string;
  perSecond: number;
  seconds: number;
  /** Seconds before, which do not count. */
  warmUp: number;
}

const TOPIC = 'progress';
/** One key, so one partition. */
const KEY = randomUUID();
const BODY_BYTES = 600;

/** K: one record a send at a steady rate, until it is consumed; milliseconds from when each was due. */
answerBy<RoundTripQuestion, number[]>(async ({ brokers, perSecond, seconds, warmUp }) => {
  const prefix = `k${randomUUID().slice(0, 8)}.`;
  const client = new KafkaClient({ brokers, clientId: 'round-trip', prefix }, () => {});
  await client.createTopics(1);
  const due = dueTimes([{ perSecond, seconds: warmUp + seconds }]);
  const came = new Map<string, number>();
  const consumer = await client.consumer({
    group: `${prefix}reader`,
    topics: [TOPIC],
    sessionTimeout: 10_000,
    concurrency: 1,
    onBatch: async ({ records, done }) => {
      for (const record of records) {
        came.set(String(record.headers.ce_id), performance.now());
        done(record);
      }
    },
    onDeath: (error) => {
      throw error;
    },
  });
  const producer = await client.producer();
  const send = (id: string): Promise<void> =>
    producer.send([
      {
        id,
        type: 'cn.lianban.round-trip.v1',
        source: '/lianban/bench',
        time: new Date(),
        key: KEY,
        topic: TOPIC,
        body: `"${'x'.repeat(BODY_BYTES)}"`,
      },
    ]);
  // The group has joined when the first record has come.
  await send('first');
  while (!came.has('first')) await pause(10);
  const from = performance.now();
  for (const [place, at] of due.entries()) {
    while (performance.now() < from + at) await pause(1);
    void send(String(place));
  }
  while (came.size <= due.length) await pause(10);
  await consumer.close();
  await producer.close();
  return due
    .map((at, place) => ({ at, elapsed: came.get(String(place))! - from - at }))
    .filter(({ at }) => at >= warmUp * 1_000)
    .map(({ elapsed }) => elapsed);
});
