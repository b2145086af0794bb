import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  aKafka,
  aSnapshot,
  eventually,
  createTestService,
  MessagingFixture,
  TestProjection,
} from '@lianban/testing';
import { Dependencies, Readiness, startListening } from '@lianban/service-kit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { BatchProcessor } from '../consumer/batch-processor.js';
import { ProcessExit } from '../process-exit.js';

describe('KafkaClient', () => {
  it('lets idle connections sleep', async () => {
    const kafka = await aKafka();
    const producer = await kafka.client.producer();
    const consumer = await kafka.client.consumer({
      group: `${kafka.prefix}idle`,
      topics: ['dossiers'],
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
    const from = performance.now();
    await pause(1_000);
    const seconds = (performance.now() - from) / 1_000;
    // Stock kafkajs looks about 700 times a second on each connection; what is left are answers to fetches and heartbeats.
    expect(checks.mock.calls.length / seconds).toBeLessThan(60);
    checks.mockRestore();
    await Promise.all([producer.close(), consumer.close()]);
  });

  it('keys every record', async () => {
    const kafka = await aKafka();
    const keys: (string | null)[] = [];
    const consumer = await kafka.client.consumer({
      group: `${kafka.prefix}keys`,
      topics: ['dossiers'],
      sessionTimeout: 10_000,
      concurrency: 1,
      onBatch: async ({ records, done }) => {
        keys.push(...records.map(({ key }) => key));
        done(records.at(-1)!);
      },
      onDeath: () => {},
    });
    const producer = await kafka.client.producer();
    const event = aSnapshot();
    await producer.send([
      {
        id: randomUUID(),
        type: 't',
        source: '/t',
        time: new Date(),
        key: event.requestId,
        topic: 'dossiers',
        body: '{}',
      },
    ]);
    await eventually(() => expect(keys).toEqual([event.requestId]));
    await Promise.all([producer.close(), consumer.close()]);
  });
});

describe('KafkaTransport', () => {
  it('says so and ends its process when its consumer is dead for good', async () => {
    const fixture = await MessagingFixture.open('kafka');
    const projection = (await createTestService({
      module: TestProjection,
      env: fixture.envOf(TestProjection),
    })) as NestFastifyApplication;
    const exit = jest.spyOn(projection.get(ProcessExit), 'now').mockImplementation(() => {});
    const deadly = Object.assign(new Error('the broker does not know us any more'), {
      name: 'KafkaJSNonRetriableError',
      retriable: false,
    });
    jest.spyOn(projection.get(BatchProcessor), 'handle').mockRejectedValue(deadly);
    await startListening(projection);
    await eventually(() => expect(projection.get(Readiness).isReady).toBe(true));
    await fixture.publish(aSnapshot());
    await eventually(() => expect(exit).toHaveBeenCalled());
    const { kafka } = await projection.get(Dependencies).run();
    expect(kafka).toMatchObject({ status: 'down', reason: expect.stringContaining('the consumer is dead') });
    await projection.close();
    await fixture.close();
  });
});
