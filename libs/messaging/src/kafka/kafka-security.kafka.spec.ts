import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { aclsOf, SERVICES } from '@lianban/contracts';
import { fetchKafka, freePort, permit, startKafka, type RunningKafka } from '@lianban/engines';
import { loadConfig } from '@lianban/service-kit';
import { aSnapshot, eventually, MessagingFixture, Routing, TestProjection } from '@lianban/testing';
import type { OutgoingMessage } from '../message.js';
import { MessagingConfig } from '../messaging.config.js';
import { ProcessExit } from '../process-exit.js';
import { KafkaClient, type Closable } from './kafka-client.js';
import { securityOf } from './kafka-security.js';

const run = promisify(execFile);
const lib = fileURLToPath(new URL('../../../../.kafka/lib', import.meta.url));

type Kind = 'mtls' | 'scram';

let folder: string;
let kafka: RunningKafka;
let fixture: MessagingFixture;
let ports: { port: number; controllerPort: number; mtlsPort: number; scramPort: number };

const file = (name: string): string => join(folder, name);

/** Writes `<name>.crt` and `<name>.key`, signed by themselves or by this CA. */
async function issue(name: string, subject: string, ca?: string): Promise<void> {
  const signedBy = ca ? ['-CA', file(`${ca}.crt`), '-CAkey', file(`${ca}.key`)] : [];
  const extension = ca ? ['-addext', 'basicConstraints=critical,CA:FALSE'] : [];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`), '-subj', `/CN=${subject}`],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', ...extension, ...signedBy],
  ]);
}

/** Starts the broker, which shows a certificate of this CA and lets in the clients that have one. */
async function startBroker(ca: string): Promise<void> {
  await issue('broker', 'broker', ca);
  const parts = await Promise.all(['broker.key', 'broker.crt'].map((name) => readFile(file(name), 'utf8')));
  await writeFile(file('broker.pem'), parts.join(''));
  const secured = { ...ports, keyStore: file('broker.pem'), trustStore: file(`${ca}.crt`) };
  kafka = await startKafka({ ...ports, lib, folder: file('kafka'), secured });
}

function envOf(service: string, kind: Kind): Record<string, string> {
  const common = { KAFKA_SECURITY: kind, KAFKA_CA_FILE: file('trusted') };
  return kind === 'mtls'
    ? {
        ...common,
        KAFKA_BROKERS: `127.0.0.1:${ports.mtlsPort}`,
        KAFKA_CERT_FILE: file(`${service}.crt`),
        KAFKA_KEY_FILE: file(`${service}.key`),
      }
    : {
        ...common,
        KAFKA_BROKERS: `127.0.0.1:${ports.scramPort}`,
        KAFKA_USERNAME: service,
        KAFKA_PASSWORD_FILE: file(`${service}.password`),
      };
}

function clientOf(service: string, env: Record<string, string>, lines: string[] = []): KafkaClient {
  const config = loadConfig(MessagingConfig, env);
  const address = { brokers: config.kafkaBrokers!, clientId: service, prefix: fixture.kafka!.prefix };
  return new KafkaClient({ ...address, security: securityOf(config) }, (_, line) => lines.push(line));
}

const aRecord = (topic: string): OutgoingMessage => {
  const about = { id: randomUUID(), type: 't', source: '/t', time: new Date(), body: '{}' };
  return { ...about, key: randomUUID(), topic };
};

async function write(service: string, kind: Kind, topics: string[]): Promise<void> {
  const producer = await clientOf(service, envOf(service, kind)).producer();
  await producer.send(topics.map(aRecord)).finally(() => producer.close());
}

/** Reads as its own group until a record of each topic has come. */
async function read(service: string, kind: Kind, topics: string[]): Promise<void> {
  const client = clientOf(service, envOf(service, kind));
  const missing = new Set(topics);
  let consumer: Closable | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const joining = client.consumer({
        group: fixture.kafka!.prefix + service,
        topics,
        sessionTimeout: 10_000,
        concurrency: 1,
        onBatch: async ({ records }) => {
          records.forEach(({ topic }) => missing.delete(topic));
          if (missing.size === 0) resolve();
        },
        onDeath: reject,
      });
      joining.then((joined) => (consumer = joined), reject);
    });
  } finally {
    await consumer?.close();
  }
}

const topicsFor = (service: string, operation: 'Read' | 'Write'): string[] =>
  aclsOf(service)
    .filter((acl) => acl.resource === 'topic' && acl.operation === operation)
    .map(({ name }) => name);

beforeAll(async () => {
  await fetchKafka(lib);
  folder = await mkdtemp(join(tmpdir(), 'lianban-security-'));
  const [port, controllerPort, mtlsPort, scramPort] = await Promise.all([1, 2, 3, 4].map(() => freePort()));
  ports = { port: port!, controllerPort: controllerPort!, mtlsPort: mtlsPort!, scramPort: scramPort! };
  await Promise.all(['ca', 'next-ca', 'wrong-ca'].map((name) => issue(name, `Lianban ${name}`)));
  await mkdir(file('trusted'));
  for (const name of ['ca.crt', 'next-ca.crt']) await cp(file(name), join(file('trusted'), name));
  await Promise.all([...SERVICES, 'stranger'].map((name) => issue(name, name, 'ca')));
  await Promise.all(
    [...SERVICES, 'stranger'].map((name) => writeFile(file(`${name}.password`), `first-${name}\n`)),
  );
  await startBroker('ca');
  fixture = await MessagingFixture.prepare('kafka', { brokers: kafka.brokers });
  const { prefix } = fixture.kafka!;
  await permit(
    { lib, brokers: kafka.brokers },
    {
      passwords: Object.fromEntries([...SERVICES, 'stranger'].map((name) => [name, `first-${name}`])),
      acls: SERVICES.flatMap((service) =>
        [`User:CN=${service}`, `User:${service}`].flatMap((principal) =>
          aclsOf(service).map((acl) => ({ ...acl, name: prefix + acl.name, principal })),
        ),
      ),
    },
  );
}, 120_000);

afterAll(async () => {
  await fixture?.close();
  await kafka?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe.each(['mtls', 'scram'] as const)('Kafka secured by %s', (kind) => {
  it('carries an event from its publisher to its reader', async () => {
    const publisher = await fixture.start(Routing, { env: envOf('routing', kind) });
    const reader = await fixture.start(TestProjection, { env: envOf('tracking', kind) });
    const snapshot = aSnapshot();
    await fixture.publish(snapshot, publisher);
    await eventually(async () => expect(await fixture.effectsOf([snapshot.requestId])).toHaveLength(1));
    await fixture.stop(reader);
    await fixture.stop(publisher);
  });

  it('lets every service write what it publishes and read what it reads', async () => {
    for (const service of SERVICES) await write(service, kind, topicsFor(service, 'Write'));
    await Promise.all(SERVICES.map((service) => read(service, kind, topicsFor(service, 'Read'))));
  });

  it.each([
    ['intake', 'read', 'dossiers'],
    ['routing', 'write', 'dossiers'],
    ['adapter-water', 'read', 'jobs.gas'],
    ['adapter-electricity', 'write', 'status'],
    ['adapter-gas', 'read', 'status'],
    ['adapter-heat', 'write', 'jobs.heat'],
    ['adapter-telecom', 'read', 'contacts'],
    ['tracking', 'write', 'status'],
    ['notification', 'read', 'dossiers'],
  ] as const)('refuses %s to %s %s, by the name of the topic', async (service, act, topic) => {
    const acting = act === 'read' ? read(service, kind, [topic]) : write(service, kind, [topic]);
    await expect(acting).rejects.toThrow(`Topic authorization failed] (${fixture.kafka!.prefix}${topic})`);
  });

  it('refuses a principal without rights, by the name of the topic in the log', async () => {
    const lines: string[] = [];
    const publisher = await fixture.start(Routing, {
      env: envOf('stranger', kind),
      log: (line) => lines.push(line),
    });
    await fixture.publish(aSnapshot(), publisher);
    const refusal = `cannot send now: Not authorized to access topics: [Topic authorization failed] (${fixture.kafka!.prefix}status)`;
    await eventually(() => expect(lines.join('')).toContain(refusal));
    await fixture.stop(publisher);
  });

  it('refuses a foreign group, by its name in the log', async () => {
    const lines: string[] = [];
    const group = `${fixture.kafka!.prefix}notification`;
    const joining = clientOf('tracking', envOf('tracking', kind), lines).consumer({
      group,
      topics: ['status'],
      sessionTimeout: 10_000,
      concurrency: 1,
      onBatch: async () => {},
      onDeath: () => {},
    });
    await expect(joining).rejects.toThrow();
    expect(lines.find((line) => line.includes('Not authorized to access group'))).toContain(group);
  });

  it('does not trust a broker of another CA, and logs whom it trusts', async () => {
    const lines: string[] = [];
    const env = envOf('routing', kind);
    const client = clientOf('routing', { ...env, KAFKA_CA_FILE: file('wrong-ca.crt') }, lines);
    await expect(client.producer()).rejects.toThrow();
    expect(lines.join()).toContain(`${env.KAFKA_BROKERS} cannot be trusted with ${file('wrong-ca.crt')}: `);
  });
});

describe('Certificates and passwords', () => {
  it('are used by the next connection after they have changed', async () => {
    const lines: string[] = [];
    const publisher = await fixture.start(Routing, { env: envOf('routing', 'mtls') });
    const reader = await fixture.start(TestProjection, {
      env: envOf('tracking', 'scram'),
      log: (line) => lines.push(line),
    });
    const exits = [publisher, reader].map((app) =>
      jest.spyOn(app.get(ProcessExit), 'now').mockImplementation(() => {}),
    );
    const [before, after] = [aSnapshot(), aSnapshot()];
    await fixture.publish(before, publisher);
    await eventually(async () => expect(await fixture.effectsOf([before.requestId])).toHaveLength(1));

    await permit({ lib, brokers: kafka.brokers }, { passwords: { tracking: 'second' } });
    await kafka.stop();
    await startBroker('next-ca');
    const refusal = 'SASL SCRAM SHA512 authentication failed';
    await eventually(() => expect(lines.join('')).toContain(refusal), 60_000);
    await issue('routing', 'routing', 'next-ca');
    await writeFile(file('tracking.password'), 'second');
    await fixture.publish(after, publisher);
    await eventually(async () => expect(await fixture.effectsOf([after.requestId])).toHaveLength(1), 60_000);
    for (const exit of exits) expect(exit).not.toHaveBeenCalled();
    await fixture.stop(reader);
    await fixture.stop(publisher);
  });

  it('are watched by a metric that says when each certificate expires', async () => {
    const app = await fixture.start(Routing, { env: envOf('routing', 'mtls') });
    const { stdout } = await run('openssl', ['x509', '-noout', '-enddate', '-in', file('routing.crt')]);
    const expiry = Date.parse(stdout.split('=')[1]!) / 1_000;
    const metrics = async () => (await fetch(`${await app.getUrl()}/metrics`)).text();
    const gauge = (name: string) =>
      `lianban_certificate_expiry_timestamp_seconds{file="${file(name)}",service="routing"}`;
    expect(await metrics()).toContain(`${gauge('routing.crt')} ${expiry}\n`);
    expect(await metrics()).toContain(gauge('trusted/ca.crt'));
    await rm(file('routing.crt'));
    expect(await metrics()).toContain(`${gauge('routing.crt')} 0\n`);
    await fixture.stop(app);
  });

  it('that are missing or do not fit together stop the start with one sentence', async () => {
    const start = (env: Record<string, string>) => () =>
      securityOf(loadConfig(MessagingConfig, { ...envOf('intake', 'mtls'), ...env }));
    expect(start({ KAFKA_CERT_FILE: file('none.crt') })).toThrow(/^KAFKA_CERT_FILE cannot be used: ENOENT/);
    expect(start({ KAFKA_KEY_FILE: file('tracking.key') })).toThrow(
      /^KAFKA_CERT_FILE and KAFKA_KEY_FILE cannot be used: .*mismatch/,
    );
    expect(start({ KAFKA_CA_FILE: file('intake.password') })).toThrow(
      /^KAFKA_CA_FILE cannot be used: .* has no certificate$/,
    );
    expect(start({ KAFKA_CA_FILE: file('kafka') })).toThrow(
      /^KAFKA_CA_FILE cannot be used: .* has no \*\.crt and no \*\.pem$/,
    );
    const env = { ...envOf('intake', 'mtls'), KAFKA_KEY_FILE: file('none.key') };
    await expect(fixture.start(Routing, { env })).rejects.toThrow('KAFKA_KEY_FILE cannot be used: ENOENT');
  });
});
