import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  aclsOf,
  aclsOfProvider,
  kafkaNameOf,
  SERVICES,
  type KafkaProvider,
  type UserAcls,
} from '@lianban/contracts';
import { freePort, startKafka, type RunningKafka } from '@lianban/engines';
import kafkajs from 'kafkajs';
import { CertificateAuthority, type Certificate } from './certificate-authority.js';

/** Somebody that Kafka knows and who may do nothing. */
export const STRANGER = 'stranger';
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, ResourcePatternTypes } = kafkajs;
const OPERATIONS = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Describe: AclOperationTypes.DESCRIBE,
};

export type Secured = 'tls' | 'mtls' | 'scram';

/** A Kafka that asks who one is and refuses by default; whoever comes to `plaintext` may do everything. */
export class SecuredKafka {
  private constructor(
    readonly folder: string,
    readonly authority: CertificateAuthority,
    private readonly kafka: RunningKafka,
    /** `host:port` of the listener of each kind. */
    readonly brokers: Readonly<Record<Secured, string>>,
    readonly certificates: ReadonlyMap<string, Certificate>,
    private readonly providers: readonly KafkaProvider[],
    /** Ports of a plaintext listener that says it is to be found at the second, where a test may put a proxy. */
    readonly proxied: { port: number; advertisedPort: number },
  ) {}

  /** @param lib where Kafka's jars are @param providers who have users of their own there */
  static async start(lib: string, providers: readonly KafkaProvider[] = []): Promise<SecuredKafka> {
    const folder = mkdtempSync(join(tmpdir(), 'lianban-secured-'));
    chmodSync(folder, 0o755);
    const authority = await CertificateAuthority.create(folder, 'authority');
    const users = [...SERVICES, STRANGER, ...providers.map(({ id }) => kafkaNameOf(id))];
    const certificates = new Map<string, Certificate>();
    for (const user of users) certificates.set(user, await authority.issue(user));
    const server = await authority.issue('server');
    const keyStore = join(folder, 'server.pem');
    writeFileSync(keyStore, readFileSync(server.keyFile, 'utf8') + readFileSync(server.certFile, 'utf8'));
    const [tls, mtls, scram] = [await freePort(), await freePort(), await freePort()];
    const proxied = { port: await freePort(), advertisedPort: await freePort() };
    const kafka = await startKafka({
      lib,
      proxied,
      folder: join(folder, 'kafka'),
      port: await freePort(),
      controllerPort: await freePort(),
      listeners: [
        { name: 'TLS', port: tls, protocol: 'SSL' },
        { name: 'MTLS', port: mtls, protocol: 'SSL' },
        { name: 'SCRAM', port: scram, protocol: 'SASL_SSL' },
      ],
      users: Object.fromEntries(users.map((user) => [user, passwordOf(user)])),
      settings: [
        'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users=User:ANONYMOUS',
        'ssl.keystore.type=PEM',
        `ssl.keystore.location=${keyStore}`,
        'ssl.truststore.type=PEM',
        `ssl.truststore.location=${authority.certFile}`,
        'listener.name.mtls.ssl.client.auth=required',
        'listener.name.mtls.ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/',
        'listener.name.scram.sasl.enabled.mechanisms=SCRAM-SHA-512',
        'listener.name.scram.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
      ],
    });
    const brokers = { tls: `127.0.0.1:${tls}`, mtls: `127.0.0.1:${mtls}`, scram: `127.0.0.1:${scram}` };
    return new SecuredKafka(folder, authority, kafka, brokers, certificates, providers, proxied);
  }

  get plaintext(): string {
    return this.kafka.brokers;
  }

  /** Allows each service, and each provider, what it needs of the topics and groups with this prefix, and nothing else. */
  async allow(prefix: string): Promise<void> {
    const admin = new Kafka({ brokers: [this.plaintext] }).admin();
    await admin.connect();
    const acl = (
      user: string,
      name: string,
      resourceType: kafkajs.AclResourceTypes,
      operation: kafkajs.AclOperationTypes,
    ) => ({
      resourceType,
      resourceName: prefix + name,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${user}`,
      host: '*',
      operation,
      permissionType: AclPermissionTypes.ALLOW,
    });
    const aclsFor = (user: string, { topics, groups }: UserAcls) => [
      ...topics.flatMap(({ topic, operations }) =>
        operations.map((operation) => acl(user, topic, AclResourceTypes.TOPIC, OPERATIONS[operation])),
      ),
      ...groups.map((group) => acl(user, group, AclResourceTypes.GROUP, AclOperationTypes.READ)),
    ];
    await admin.createAcls({
      acl: [
        ...SERVICES.flatMap((service) => aclsFor(service, aclsOf(service, this.providers))),
        ...this.providers.flatMap((provider) => aclsFor(kafkaNameOf(provider.id), aclsOfProvider(provider))),
      ],
    });
    await admin.disconnect();
  }

  /** What a service needs in its environment to come in this way, as itself. */
  envOf(security: Secured, service: string): Record<string, string> {
    const { certFile, keyFile } = this.certificates.get(service)!;
    return {
      KAFKA_SECURITY: security,
      KAFKA_BROKERS: this.brokers[security],
      KAFKA_CA_FILE: this.authority.certFile,
      ...(security === 'mtls' && { KAFKA_CERT_FILE: certFile, KAFKA_KEY_FILE: keyFile }),
      ...(security === 'scram' && { KAFKA_USERNAME: service, KAFKA_PASSWORD: passwordOf(service) }),
    };
  }

  passwordOf = passwordOf;

  async stop(): Promise<void> {
    await this.kafka.stop();
    rmSync(this.folder, { recursive: true });
  }
}

const passwordOf = (user: string): string => `${user}-password`;
