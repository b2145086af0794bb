import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { aKafka, aRequest, DeliveryWorld, eventually, Keeper, make } from '@lianban/testing';
import { ReadinessChecks, startListening } from '@lianban/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { BatchProcessor } from '../batch-processor.js';
import { ProcessExit } from './kafka-transport.js';

describe('KafkaClient', () => {
  it('lets idle connections sleep', async () => {
    const kafka = await aKafka();
    const producer = await kafka.client.producer();
    const consumer = await kafka.client.consumer({
      group: `${kafka.prefix}idle`,
      topics: ['requests'],
      sessionTimeout: 10_000,
      concurrency: 1,
      onBatch: async () => {},
      onDeath: () => {},
    });
    await pause(3_000);
    const checks = jest.spyOn(
      RequestQueue.prototype as unknown as { checkPendingRequests(): void },
      'checkPendingRequests',
    );
    await pause(1_000);
    // Stock kafkajs looks about 700 times a second on each connection; what is left are answers to fetches and heartbeats.
    expect(checks.mock.calls.length).toBeLessThan(60);
    checks.mockRestore();
    await Promise.all([producer.close(), consumer.close()]);
  });

  it('keys every record', async () => {
    const kafka = await aKafka();
    const keys: (string | null)[] = [];
    const consumer = await kafka.client.consumer({
      group: `${kafka.prefix}keys`,
      topics: ['requests'],
      sessionTimeout: 10_000,
      concurrency: 1,
      onBatch: async ({ records, done }) => {
        keys.push(...records.map(({ key }) => key));
        done(records.at(-1)!);
      },
      onDeath: () => {},
    });
    const producer = await kafka.client.producer();
    const event = aRequest();
    await producer.send([
      {
        id: randomUUID(),
        type: 't',
        source: '/t',
        time: new Date(),
        key: event.requestId,
        topic: 'requests',
        body: '{}',
      },
    ]);
    await eventually(() => expect(keys).toEqual([event.requestId]));
    await Promise.all([producer.close(), consumer.close()]);
  });
});

describe('KafkaTransport', () => {
  it('is not ready and ends its process when its consumer is dead for good', async () => {
    const world = await DeliveryWorld.open('kafka');
    const keeper = (await make({ module: Keeper, env: world.envOf(Keeper) })) as NestFastifyApplication;
    const exit = jest.spyOn(keeper.get(ProcessExit), 'now').mockImplementation(() => {});
    const deadly = Object.assign(new Error('the broker does not know us any more'), {
      name: 'KafkaJSNonRetriableError',
      retriable: false,
    });
    jest.spyOn(keeper.get(BatchProcessor), 'handle').mockRejectedValue(deadly);
    await startListening(keeper);
    expect((await keeper.get(ReadinessChecks).run()).kafka).toBe('up');
    await world.publish(aRequest());
    await eventually(() => expect(exit).toHaveBeenCalled());
    await eventually(async () => expect((await keeper.get(ReadinessChecks).run()).kafka).toBe('down'));
    await keeper.close();
    await world.close();
  });
});
