import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  aSnapshot,
  CertificateAuthority,
  eventually,
  MessagingFixture,
  Routing,
  SecuredKafka,
  STRANGER,
  TestProjection,
  type Certificate,
  type Secured,
} from '@lianban/testing';
import { Dependencies, Readiness } from '@lianban/service-kit';
import { KafkaClient } from './kafka-client.js';
import type { KafkaSecurity } from './kafka-security.js';

const LIB = fileURLToPath(new URL('../../../../.kafka/lib', import.meta.url));
describe('a Kafka that asks who one is, and refuses by default', () => {
  let kafka: SecuredKafka;
  let foreign: CertificateAuthority;
  let fixture: MessagingFixture;

  beforeAll(async () => {
    kafka = await SecuredKafka.start(LIB);
    foreign = await CertificateAuthority.create(kafka.folder, 'foreign');
    fixture = await MessagingFixture.prepare('kafka', { brokers: kafka.plaintext });
    await kafka.allow(fixture.kafka!.prefix);
  });
  afterAll(async () => {
    await fixture.close();
    await kafka.stop();
  });

  const file = (name: string): string => join(kafka.folder, name);
  const envOf = (security: Secured, service: string): Record<string, string> => ({
    ...kafka.envOf(security, service),
    KAFKA_SESSION_TIMEOUT_MS: '6000',
  });

  async function flows(
    publisherEnv: Record<string, string>,
    readerEnv: Record<string, string>,
  ): Promise<void> {
    const publisher = await fixture.start(Routing, { env: publisherEnv });
    const reader = await fixture.start(TestProjection, { env: readerEnv });
    const event = aSnapshot();
    await fixture.publish(event, publisher);
    await eventually(async () =>
      expect(await fixture.effectsOf([event.requestId])).toEqual([{ id: event.requestId, version: 1 }]),
    );
    expect((await reader.get(Dependencies).run()).kafka).toMatchObject({ status: 'up' });
    await fixture.stop(reader);
    await fixture.stop(publisher);
  }

  it.each(['tls', 'mtls', 'scram'] as const)(
    'carries events from service to service by %s',
    async (security) => {
      await flows(envOf(security, 'routing'), envOf(security, 'tracking'));
    },
  );

  const clientOf = (service: string, security: Partial<KafkaSecurity> = {}): KafkaClient =>
    new KafkaClient(
      {
        brokers: kafka.brokers.scram,
        clientId: service,
        prefix: fixture.kafka!.prefix,
        security: {
          kafkaSecurity: 'scram',
          kafkaCaFile: kafka.authority.certFile,
          kafkaUsername: service,
          kafkaPassword: kafka.passwordOf(service),
          ...security,
        },
      },
      () => {},
    );

  const record = (topic: string) => ({
    ...{ id: crypto.randomUUID(), type: 't', source: '/t', time: new Date(), key: crypto.randomUUID() },
    ...{ topic, body: '{}' },
  });

  /** Resolves with the first batch. */
  async function read(service: string, topic: string, group = service): Promise<void> {
    const outcome = Promise.withResolvers<void>();
    const consumer = await clientOf(service).consumer({
      group: fixture.kafka!.prefix + group,
      topics: [topic],
      sessionTimeout: 6_000,
      concurrency: 1,
      onBatch: async () => outcome.resolve(),
      onDeath: outcome.reject,
    });
    await outcome.promise.finally(() => consumer.close());
  }

  it.each([
    ['intake', 'jobs.gas'],
    ['routing', 'dossiers'],
    ['adapter-gas', 'dossiers'],
    ['tracking', 'status'],
    ['notification', 'contacts'],
  ])('does not let %s write %s', async (service, topic) => {
    const producer = await clientOf(service).producer();
    await expect(producer.send([record(topic)])).rejects.toThrow(/[Nn]ot authorized/);
    await producer.close();
  });

  it.each([
    ['adapter-gas', 'jobs.water', 'adapter-gas'],
    ['tracking', 'dossiers', 'tracking'],
    ['intake', 'contacts', 'intake'],
    ['tracking', 'status', 'notification'],
  ])('does not let %s read %s as the group %s', async (service, topic, group) => {
    await expect(read(service, topic, group)).rejects.toThrow(
      /[Nn]ot authorized|Failed to find group coordinator/,
    );
  });

  it.each([
    ['adapter-gas', 'jobs.gas'],
    ['tracking', 'status'],
  ])('lets %s read %s', async (service, topic) => {
    const producer = await clientOf('routing').producer();
    await producer.send([record(topic)]);
    await producer.close();
    await read(service, topic);
  });

  it('is refused by the name of the fault where another authority is trusted', async () => {
    const client = clientOf('routing', { kafkaCaFile: foreign.certFile });
    await expect(client.producer()).rejects.toThrow(/certificate/);
  });

  it('names the topics that a service without rights cannot read, and lets it in once it is who it should be', async () => {
    const lines: string[] = [];
    const password = file('password');
    writeFileSync(password, 'wrong');
    const { KAFKA_PASSWORD: _, ...env } = envOf('scram', 'tracking');
    const reader = await fixture.start(TestProjection, {
      env: { ...env, KAFKA_PASSWORD_FILE: password, SECRET_FILES_CHECK_MS: '50' },
      log: (line) => lines.push(line),
    });
    const prefix = fixture.kafka!.prefix;
    await eventually(() =>
      expect(lines.join()).toContain(`cannot read ${prefix}status as ${prefix}tracking`),
    );
    expect(reader.get(Readiness)).toMatchObject({ isStarted: true, isReady: false });
    writeFileSync(password, kafka.passwordOf('tracking'));
    await eventually(() => expect(reader.get(Readiness).isReady).toBe(true));
    await fixture.stop(reader);
  });

  it('is used with a certificate that has changed on disk', async () => {
    const [certFile, keyFile] = [file('mine.crt'), file('mine.key')];
    const use = ({ certFile: cert, keyFile: key }: Certificate): void => {
      copyFileSync(cert, certFile);
      copyFileSync(key, keyFile);
    };
    const lines: string[] = [];
    use(kafka.certificates.get(STRANGER)!);
    const reader = await fixture.start(TestProjection, {
      env: { ...envOf('mtls', 'tracking'), KAFKA_CERT_FILE: certFile, KAFKA_KEY_FILE: keyFile },
      log: (line) => lines.push(line),
    });
    const prefix = fixture.kafka!.prefix;
    await eventually(() =>
      expect(lines.join()).toContain(`cannot read ${prefix}status as ${prefix}tracking`),
    );
    use(kafka.certificates.get('tracking')!);
    await eventually(() => expect(reader.get(Readiness).isReady).toBe(true));
    await fixture.stop(reader);
  });
});
