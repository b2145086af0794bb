import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aclsOf, SERVICES } from '@lianban/contracts';
import { freePort, startKafka, type RunningKafka } from '@lianban/engines';
import {
  aSnapshot,
  CertificateAuthority,
  eventually,
  MessagingFixture,
  Routing,
  TestProjection,
  type Certificate,
} from '@lianban/testing';
import { Dependencies, Readiness } from '@lianban/service-kit';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  ResourcePatternTypes,
} from 'kafkajs';
import { KafkaClient } from './kafka-client.js';
import type { KafkaSecurity } from './kafka-security.js';

const LIB = fileURLToPath(new URL('../../../../.kafka/lib', import.meta.url));
const passwordOf = (service: string): string => `${service}-password`;
const OPERATIONS = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Describe: AclOperationTypes.DESCRIBE,
};

describe('a Kafka that asks who one is, and refuses by default', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-secured-'));
  const file = (name: string): string => join(folder, name);
  const certificates = new Map<string, Certificate>();
  let brokers: Record<'tls' | 'mtls' | 'scram', string>;
  let authority: CertificateAuthority;
  let foreign: CertificateAuthority;
  let kafka: RunningKafka;
  let fixture: MessagingFixture;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    authority = await CertificateAuthority.create(folder, 'authority');
    foreign = await CertificateAuthority.create(folder, 'foreign');
    for (const service of [...SERVICES, 'stranger'])
      certificates.set(service, await authority.issue(service));
    const server = await authority.issue('server');
    writeFileSync(
      file('server.pem'),
      readFileSync(server.keyFile, 'utf8') + readFileSync(server.certFile, 'utf8'),
    );
    const [tls, mtls, scram] = [await freePort(), await freePort(), await freePort()];
    brokers = { tls: `127.0.0.1:${tls}`, mtls: `127.0.0.1:${mtls}`, scram: `127.0.0.1:${scram}` };
    kafka = await startKafka({
      lib: LIB,
      folder: file('kafka'),
      port: await freePort(),
      controllerPort: await freePort(),
      listeners: [
        { name: 'TLS', port: tls, protocol: 'SSL' },
        { name: 'MTLS', port: mtls, protocol: 'SSL' },
        { name: 'SCRAM', port: scram, protocol: 'SASL_SSL' },
      ],
      users: Object.fromEntries([...SERVICES, 'stranger'].map((service) => [service, passwordOf(service)])),
      settings: [
        'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users=User:ANONYMOUS',
        'ssl.keystore.type=PEM',
        `ssl.keystore.location=${file('server.pem')}`,
        'ssl.truststore.type=PEM',
        `ssl.truststore.location=${authority.certFile}`,
        'listener.name.mtls.ssl.client.auth=required',
        'listener.name.mtls.ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/',
        'listener.name.scram.sasl.enabled.mechanisms=SCRAM-SHA-512',
        'listener.name.scram.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
      ],
    });
    fixture = await MessagingFixture.prepare('kafka', { brokers: kafka.brokers });
    await allow(fixture.kafka!.prefix);
  });
  afterAll(async () => {
    await fixture.close();
    await kafka.stop();
    rmSync(folder, { recursive: true });
  });

  /** What the services need, and nothing else. */
  async function allow(prefix: string): Promise<void> {
    const admin = new Kafka({ brokers: [kafka.brokers] }).admin();
    await admin.connect();
    const acl = (
      service: string,
      name: string,
      resourceType: AclResourceTypes,
      operation: AclOperationTypes,
    ) => ({
      resourceType,
      resourceName: prefix + name,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${service}`,
      host: '*',
      operation,
      permissionType: AclPermissionTypes.ALLOW,
    });
    await admin.createAcls({
      acl: SERVICES.flatMap((service) => {
        const { topics, group } = aclsOf(service);
        return [
          ...topics.flatMap(({ topic, operations }) =>
            operations.map((operation) => acl(service, topic, AclResourceTypes.TOPIC, OPERATIONS[operation])),
          ),
          acl(service, group, AclResourceTypes.GROUP, AclOperationTypes.READ),
        ];
      }),
    });
    await admin.disconnect();
  }

  const envOf = (security: 'tls' | 'mtls' | 'scram', service: string): Record<string, string> => ({
    KAFKA_SECURITY: security,
    KAFKA_BROKERS: brokers[security],
    KAFKA_CA_FILE: authority.certFile,
    KAFKA_SESSION_TIMEOUT_MS: '6000',
    ...(security === 'mtls' && {
      KAFKA_CERT_FILE: certificates.get(service)!.certFile,
      KAFKA_KEY_FILE: certificates.get(service)!.keyFile,
    }),
    ...(security === 'scram' && { KAFKA_USERNAME: service, KAFKA_PASSWORD: passwordOf(service) }),
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
        brokers: brokers.scram,
        clientId: service,
        prefix: fixture.kafka!.prefix,
        security: {
          kafkaSecurity: 'scram',
          kafkaCaFile: authority.certFile,
          kafkaUsername: service,
          kafkaPassword: passwordOf(service),
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
    writeFileSync(password, passwordOf('tracking'));
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
    use(certificates.get('stranger')!);
    const reader = await fixture.start(TestProjection, {
      env: { ...envOf('mtls', 'tracking'), KAFKA_CERT_FILE: certFile, KAFKA_KEY_FILE: keyFile },
      log: (line) => lines.push(line),
    });
    const prefix = fixture.kafka!.prefix;
    await eventually(() =>
      expect(lines.join()).toContain(`cannot read ${prefix}status as ${prefix}tracking`),
    );
    use(certificates.get('tracking')!);
    await eventually(() => expect(reader.get(Readiness).isReady).toBe(true));
    await fixture.stop(reader);
  });
});
