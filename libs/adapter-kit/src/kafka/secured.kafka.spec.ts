import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCatalogue, type Provider } from '@lianban/catalogue';
import { jobsTopicOf, kafkaNameOf, reportsTopicOf, topicsOfProvider } from '@lianban/contracts';
import { KafkaClient, type Producer } from '@lianban/messaging';
import {
  AdapterFixture,
  aDesiredState,
  aDriverContext,
  anOperation,
  catalogueCopy,
  describeDriver,
  eventually,
  inHouseDialects,
  SecuredKafka,
  SimulatorProcess,
  TcpProxy,
} from '@lianban/testing';
import { KafkaDriver } from '../drivers/kafka.driver.js';

const LIB = fileURLToPath(new URL('../../../../.kafka/lib', import.meta.url));
/** Of topics and of groups. */
const PREFIX = 'lianban.';
const TIMEOUT = 2_000;
const ID = 'jinan-gas';
/** Has topics, which nobody reads but the test. */
const OTHER = 'zibo-gas';
const PROVIDERS = [ID, OTHER].map((id) => ({ id, utility: 'gas' as const }));
const onKafka = (row: Provider): Provider =>
  row.id === ID
    ? { ...inHouseDialects(row), dialect: 'kafka', retrySafety: 'idempotency-key' }
    : inHouseDialects(row);

describe('a Kafka that asks who one is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-kafka-'));
  const catalogue = catalogueCopy(folder, onKafka);
  let kafka: SecuredKafka;
  let simulator: SimulatorProcess;
  beforeAll(async () => {
    kafka = await SecuredKafka.start(LIB, PROVIDERS);
    const address = { brokers: kafka.plaintext, prefix: PREFIX };
    await clientAt(address.brokers).createTopics(1, PROVIDERS.flatMap(topicsOfProvider));
    await kafka.allow(PREFIX);
    simulator = await SimulatorProcess.start({ catalogue, kafka: address });
  });
  afterAll(async () => {
    await simulator.stop();
    await kafka.stop();
    rmSync(folder, { recursive: true });
  });

  const clientAt = (brokers: string): KafkaClient =>
    new KafkaClient({ brokers, clientId: 'test', prefix: PREFIX }, () => {});

  const clientOf = (user: string, password = kafka.passwordOf(user)): KafkaClient => {
    const security = {
      kafkaSecurity: 'scram' as const,
      kafkaCaFile: kafka.authority.certFile,
      kafkaUsername: user,
      kafkaPassword: password,
    };
    return new KafkaClient(
      { brokers: kafka.brokers.scram, clientId: user, prefix: PREFIX, security },
      () => {},
    );
  };

  const driverWith = (producer: () => Promise<Producer>, id = ID): KafkaDriver =>
    new KafkaDriver(
      aDriverContext({
        provider: loadCatalogue(catalogue).provider(id)!,
        ...{ endpoint: '', secret: [], timeout: TIMEOUT },
      }),
      producer,
    );

  describe('the dialect', () => {
    let proxy: TcpProxy;
    let producer: Producer;
    beforeAll(async () => {
      const { port, advertisedPort } = kafka.proxied;
      proxy = await TcpProxy.start(advertisedPort, port);
      producer = await clientAt(`127.0.0.1:${advertisedPort}`).producer({ retries: 3 });
    });
    afterAll(async () => {
      await producer.close();
      await proxy.stop();
    });

    /** Waits until the provider has read everything that its topic holds. */
    async function untilRead(): Promise<void> {
      const offsets = await clientAt(kafka.plaintext).offsets();
      const topic = jobsTopicOf(ID);
      await eventually(async () => {
        const read = await offsets.committed(PREFIX + kafkaNameOf(ID), [topic]);
        for (const { partition, offset } of await offsets.ends(topic))
          expect(read.find((each) => each.partition === partition)?.offset ?? 0).toBe(offset);
      });
      await offsets.close();
    }

    describeDriver(
      'kafka',
      'idempotency-key',
      ({ unreachable, wrongSecret }) => {
        const nowhere = clientAt('127.0.0.1:1');
        const stranger = clientOf('stranger', 'wrong');
        return driverWith(() => {
          if (unreachable) return nowhere.producer({ retries: 3 });
          return wrongSecret ? stranger.producer({ retries: 3 }) : Promise.resolve(producer);
        });
      },
      () => ({
        ...simulator.scripted(ID, 'gas', TIMEOUT),
        loseAnswer: async () => proxy.inject({ kind: 'drop', from: 'server' }),
        answerTooLate: async () => proxy.inject({ kind: 'delay', milliseconds: 2 * TIMEOUT, from: 'server' }),
        clearFaults: async () => {
          proxy.recover();
          await eventually(() => driverWith(async () => producer).place(anOperation({ provider: ID })));
        },
        effects: async (operation) => {
          await untilRead();
          return simulator.effects({ operation });
        },
      }),
      { isRelayed: true },
    );
  });

  it('says what an operator must change where the adapter may not write, a topic is missing, or an operation is too big', async () => {
    const stranger = await clientOf('stranger').producer({ retries: 3 });
    const adapter = await clientAt(kafka.plaintext).producer({ retries: 3 });
    const failures = [
      driverWith(async () => stranger).place(anOperation()),
      driverWith(async () => adapter, 'jinan-heat').place(anOperation()),
      driverWith(async () => adapter).place({ ...anOperation(), reason: 'x'.repeat(2_000_000) }),
    ];
    const outcomes = await Promise.allSettled(failures);
    expect(outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason as unknown)).toEqual([
      expect.objectContaining({ away: false, message: expect.stringMatching(/does not let us write/) }),
      expect.objectContaining({
        away: false,
        message: expect.stringMatching(/has no topic provider.jinan-heat.jobs/),
      }),
      expect.objectContaining({
        away: false,
        message: expect.stringMatching(/does not take this operation/),
      }),
    ]);
    await Promise.all([stranger.close(), adapter.close()]);
  });

  it('does not let one operation that is too big keep others out that go with it', async () => {
    const producer = await clientAt(kafka.plaintext).producer({ retries: 3 });
    const driver = driverWith(async () => producer);
    const [big, good] = await Promise.allSettled([
      driver.place({ ...anOperation(), reason: 'x'.repeat(2_000_000) }),
      driver.place(anOperation()),
    ]);
    expect([big!.status, good!.status]).toEqual(['rejected', 'fulfilled']);
    await producer.close();
  });

  const record = (topic: string) => ({
    ...{ id: randomUUID(), type: 't', source: '/t', time: new Date(), key: randomUUID() },
    ...{ topic, body: '{}' },
  });

  async function write(user: string, topic: string): Promise<void> {
    const producer = await clientOf(user).producer({ retries: 0 });
    await producer.send([record(topic)]).finally(() => producer.close());
  }

  /** Resolves with the first batch. */
  async function read(user: string, topic: string, group: string): Promise<void> {
    const outcome = Promise.withResolvers<void>();
    const consumer = await clientOf(user).consumer({
      ...{ group: PREFIX + group, topics: [topic], sessionTimeout: 6_000, concurrency: 1 },
      onBatch: async () => outcome.resolve(),
      onDeath: outcome.reject,
    });
    await outcome.promise.finally(() => consumer.close());
  }

  const [user, group] = [kafkaNameOf(OTHER), kafkaNameOf(OTHER)];

  it('lets a provider read its own jobs and write its own reports, and the adapter the other way round', async () => {
    await write('adapter-gas', jobsTopicOf(OTHER));
    await read(user, jobsTopicOf(OTHER), group);
    await write(user, reportsTopicOf(OTHER));
    await read('adapter-gas', reportsTopicOf(OTHER), `adapter-gas.${OTHER}`);
  });

  it.each([
    ['the reports of another', 'write', reportsTopicOf(ID)],
    ['its own jobs', 'write', jobsTopicOf(OTHER)],
    ['the jobs of another', 'read', jobsTopicOf(ID)],
    ['the reports that it wrote', 'read', reportsTopicOf(OTHER)],
  ] as const)('lets a provider not have %s to %s', async (_, act, topic) => {
    const refused = act === 'write' ? write(user, topic) : read(user, topic, group);
    await expect(refused).rejects.toThrow(/[Nn]ot authorized/);
  });

  it('lets no other adapter at the topics of a provider', async () => {
    await expect(write('adapter-water', jobsTopicOf(OTHER))).rejects.toThrow(/[Nn]ot authorized/);
    await expect(read('adapter-water', reportsTopicOf(OTHER), 'adapter-water')).rejects.toThrow(
      /[Nn]ot authorized/,
    );
  });

  it('carries a job to its end between an adapter and a provider with no more rights than theirs', async () => {
    const fixture = await AdapterFixture.open({
      utility: 'gas',
      providers: [OTHER],
      change: onKafka,
      env: { ...kafka.envOf('scram', 'adapter-gas'), TOPIC_PREFIX: PREFIX, GROUP_PREFIX: PREFIX },
    });
    const job = aDesiredState({ utility: 'gas', provider: ID });
    await fixture.publishDesired(job);
    await fixture.untilPublished(job.requestId, {
      state: 'completed',
      reference: expect.stringContaining(ID),
    });
    await fixture.close();
  });
});
