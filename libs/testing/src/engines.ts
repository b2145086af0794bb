import { randomBytes } from 'node:crypto';
import { asAdmin, ensureDatabase } from '@lianban/engines';
import { TOPICS, topicsOfProvider, type KafkaProvider } from '@lianban/contracts';
import { KafkaClient, prepareDatabase } from '@lianban/messaging';
import { schemaOf } from '@lianban/service-kit';

/** Addresses that the test run's start has put into the environment. */
export const required = (name: string): string => {
  const value = process.env[name];
  if (!value)
    throw new Error(
      `${name} is not set: run the tests by "npm test" or "npm run jest", which start the engines`,
    );
  return value;
};

export interface TestDatabase {
  adminUrl: string;
  /** Address for one service's user; `port` leads through a proxy. */
  urlOf(service: string, port?: number): string;
  port: number;
  drop(): Promise<void>;
}

/** A database of its own, with every service's user and schema; in the run's cluster unless another is given. */
export async function aDatabase(clusterUrl = required('TEST_POSTGRES')): Promise<TestDatabase> {
  const cluster = new URL(clusterUrl);
  const name = `t_${randomBytes(6).toString('hex')}`;
  await ensureDatabase(cluster.href, name);
  const admin = new URL(cluster);
  admin.pathname = `/${name}`;
  await asAdmin(cluster.href, async (turn) => {
    // Users belong to the whole cluster: test files that make them take turns.
    await turn.query(`select pg_advisory_lock(hashtext('prepare'))`);
    await asAdmin(admin.href, (client) => prepareDatabase(client, () => 'test'));
  });
  return {
    adminUrl: admin.href,
    port: Number(cluster.port),
    urlOf: (service, port = Number(cluster.port)) =>
      `postgres://${schemaOf(service)}:test@127.0.0.1:${port}/${name}`,
    drop: () =>
      asAdmin(
        cluster.href,
        async (client) => void (await client.query(`drop database ${name} with (force)`)),
      ),
  };
}

export interface TestKafka {
  /** What a service needs in its environment to use it. */
  env: Record<string, string>;
  client: KafkaClient;
  prefix: string;
  brokers: string;
}

/** Topics and groups of their own on the run's Kafka; `providers` have topics there too. */
export async function aKafka(
  brokers = required('TEST_KAFKA'),
  providers: readonly KafkaProvider[] = [],
): Promise<TestKafka> {
  const prefix = `t${randomBytes(4).toString('hex')}.`;
  const client = new KafkaClient({ brokers, clientId: 'test', prefix }, () => {});
  await client.createTopics(1, [...TOPICS, ...providers.flatMap(topicsOfProvider)]);
  return {
    client,
    prefix,
    brokers,
    env: { TRANSPORT: 'kafka', KAFKA_BROKERS: brokers, TOPIC_PREFIX: prefix, GROUP_PREFIX: prefix },
  };
}
