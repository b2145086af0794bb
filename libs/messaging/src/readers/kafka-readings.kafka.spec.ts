import { randomUUID } from 'node:crypto';
import { aKafka, aRequest, eventually } from '@lianban/testing';
import type { OutgoingMessage } from '../message.js';
import type { ReceivedBatch } from '../kafka/kafka-client.js';
import { MessagingConfig } from '../messaging.config.js';
import { KafkaReadings } from './kafka-readings.js';

const aRecord = (): OutgoingMessage => ({
  id: randomUUID(),
  type: 't',
  source: '/t',
  time: new Date(),
  key: aRequest().requestId,
  topic: 'requests',
  body: '{}',
});

describe('readings of Kafka', () => {
  it('say of each group that has begun how far it is behind, and leave the others out', async () => {
    const kafka = await aKafka();
    const config = Object.assign(new MessagingConfig(), {
      kafkaBrokers: kafka.brokers,
      topicPrefix: kafka.prefix,
      groupPrefix: kafka.prefix,
    });
    const readings = new KafkaReadings(config, 'intake');
    // What is asked for twice is written twice: a topic that is new makes the producer try again.
    const taken = new Set<string>();
    let stopped = false;
    const options = {
      group: `${kafka.prefix}tracking`,
      topics: ['requests'],
      sessionTimeout: 10_000,
      concurrency: 12,
      onBatch: async ({ records, done }: ReceivedBatch) => {
        if (stopped) return;
        records.forEach(({ headers }) => taken.add(headers['ce_id']!));
        done(records.at(-1)!);
      },
      onDeath: () => {},
    };
    const consumer = await eventually(() => kafka.client.consumer(options));
    const producer = await kafka.client.producer();
    await producer.send(Array.from({ length: 50 }, aRecord));
    await eventually(() => expect(taken.size).toBe(50));
    await eventually(async () => {
      const all = await readings.look();
      expect(all.length).toBeGreaterThan(0);
      expect(all.every(({ reader, topic }) => reader === 'tracking' && topic === 'requests')).toBe(true);
      expect(all.map(({ behind }) => behind)).toEqual(all.map(() => 0));
    });
    stopped = true;
    await producer.send(Array.from({ length: 200 }, aRecord));
    await eventually(async () => {
      const behind = (await readings.look()).map((reading) => reading.behind);
      expect(Math.min(...behind)).toBeGreaterThan(0);
    });
    await Promise.all([producer.close(), consumer.close(), readings.beforeApplicationShutdown()]);
  });
});
