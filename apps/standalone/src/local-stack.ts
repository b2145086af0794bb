import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadCatalogue, type Provider } from '@lianban/catalogue';
import { topicsOfProvider, type Topic } from '@lianban/contracts';
import { KafkaClient } from '@lianban/messaging';
import { sshKeyOf, type Environment } from '@lianban/service-kit';
import { IsBoolean, IsInt, IsNotEmpty, IsOptional, IsString, IsUrl, Matches, Min } from 'class-validator';

/** What the environment may set of an installation on one machine. */
export class LocalStackConfig {
  /** Everything that is kept: database, secrets, Kafka's log, what the simulated providers took. */
  @IsString() @IsNotEmpty() lianbanData: string = '.data';
  @IsInt() @Min(1) port: number = 8080;
  @IsInt() @Min(1) issuerPort: number = 8081;
  @IsInt() @Min(1) simulatorPort: number = 8090;
  /** Where the simulated heating companies listen for SFTP. */
  @IsInt() @Min(1) simulatorSftpPort: number = 8091;
  @IsInt() @Min(1) postgresPort: number = 54320;
  @IsInt() @Min(1) kafkaPort: number = 9092;
  @IsInt() @Min(1) kafkaControllerPort: number = 9093;
  /** In `start:services` the services listen from here on. */
  @IsInt() @Min(1) servicesPort: number = 8100;
  /** In `start:services` providers report to each adapter's own port, and not through the one proxy in front. */
  @IsBoolean() directReports: boolean = false;
  /** Another catalogue than the one shipped. */
  @IsOptional() @IsString() catalogueFolder?: string;
  /** What the names of topics and groups begin with, where installations share a Kafka. */
  @IsString() topicPrefix: string = 'lianban.';
  @IsString() groupPrefix: string = '';
  /** Where the providers are, in place of those that are simulated. */
  @IsOptional() @IsUrl({ require_tld: false, require_protocol: true }) providersUrl?: string;
  @IsOptional() @Matches(/^sftp:\/\/[\w.-]+(:\d{1,5})?$/) providersSftpUrl?: string;
  /** The fingerprint of that server's host key. */
  @IsOptional() @Matches(/^SHA256:[A-Za-z0-9+/]{43}$/) providersSftpHostKey?: string;
  /** A Kafka that runs already; in `npm start`, for the providers of the dialect `kafka`. */
  @IsOptional() @IsString() kafkaBrokers?: string;
}

interface Secrets {
  postgres: string;
  queryCode: string;
  /** What the providers' secrets are derived from; two, the newest first, while it is being changed. */
  simulator: string | [string, string];
}

const loadProviders = (folder?: string): Provider[] => loadCatalogue(folder).providers();

/** One installation on one machine: its folders, addresses and secrets. */
export class LocalStack {
  readonly data: string;
  readonly secrets: Secrets;
  readonly providers: Provider[];

  constructor(
    readonly config: LocalStackConfig,
    private readonly env: Environment,
  ) {
    this.data = resolve(config.lianbanData);
    mkdirSync(this.data, { recursive: true });
    this.secrets = secretsIn(join(this.data, 'secrets.json'));
    this.providers = loadProviders(config.catalogueFolder);
  }

  get url(): string {
    return `http://127.0.0.1:${this.config.port}`;
  }

  get issuerUrl(): string {
    return `http://127.0.0.1:${this.config.issuerPort}`;
  }

  get simulatorUrl(): string {
    return `http://127.0.0.1:${this.config.simulatorPort}`;
  }

  /** What a program needs to use this Kafka; nothing where there is none. */
  kafkaEnv(brokers = this.config.kafkaBrokers): Record<string, string> {
    const { topicPrefix: TOPIC_PREFIX, groupPrefix: GROUP_PREFIX } = this.config;
    return brokers ? { KAFKA_BROKERS: brokers, TOPIC_PREFIX, GROUP_PREFIX } : {};
  }

  /** Creates the topics that are missing: those between services, where they use Kafka, and those of providers. */
  async createTopics(brokers: string, betweenServices: readonly Topic[]): Promise<void> {
    const ofProviders = this.providers.filter(({ dialect }) => dialect === 'kafka').flatMap(topicsOfProvider);
    const address = { brokers, clientId: 'setup', prefix: this.config.topicPrefix };
    await new KafkaClient(address, () => {}).createTopics(1, [...betweenServices, ...ofProviders]);
  }

  folder(name: string): string {
    return join(this.data, name);
  }

  passwordOf(service: string): string {
    return createHmac('sha256', this.secrets.postgres).update(service).digest('hex');
  }

  /** The environment of one service; `databaseUrl` is its own. */
  envOf(service: string, databaseUrl: string): Record<string, string> {
    return {
      ...(service.startsWith('adapter-') && {
        REPORT_POLL_MS: DEMO_INTERVAL_MS,
        DELIVERY_BATCH_MS: DEMO_INTERVAL_MS,
      }),
      ...this.passedOnSettings(),
      DATABASE_URL: databaseUrl,
      DATABASE_POOL: '6',
      OIDC_ISSUER: this.issuerUrl,
      OIDC_AUDIENCE: AUDIENCE,
      ...(this.config.catalogueFolder && { CATALOGUE_FOLDER: resolve(this.config.catalogueFolder) }),
      ...((service === 'intake' || service === 'notification') && {
        QUERY_CODE_SECRET: `1:${this.secrets.queryCode}`,
      }),
      ...(service === 'notification' && { SMS_GATEWAY_URL: `${this.simulatorUrl}/sms` }),
      ...(service.startsWith('adapter-') && {
        PROVIDERS_URL: this.config.providersUrl ?? this.simulatorUrl,
        PROVIDERS_SFTP_URL:
          this.config.providersSftpUrl ?? `sftp://127.0.0.1:${this.config.simulatorSftpPort}`,
        PROVIDERS_SFTP_HOST_KEY: this.config.providersSftpHostKey ?? this.simulatorHostKey(),
        PUBLIC_URL: this.url,
        PROVIDER_SECRETS: JSON.stringify(this.webhookSecrets()),
      }),
    };
  }

  simulatorEnv(): Record<string, string> {
    return {
      ...this.passedOnSettings(),
      PORT: String(this.config.simulatorPort),
      SFTP_PORT: String(this.config.simulatorSftpPort),
      SIMULATOR_SECRET: this.simulatorSeeds[0]!,
      SIMULATOR_DATA: this.folder('provider-simulator'),
      FEEDS_URL: this.url,
      LOG_LEVEL: 'warn',
      ...(this.config.catalogueFolder && { CATALOGUE_FOLDER: resolve(this.config.catalogueFolder) }),
    };
  }

  /** Settings of the services that are passed on: time limits, tries and speeds. */
  private passedOnSettings(): Record<string, string> {
    const named = Object.entries(this.env).filter(
      ([name, value]) => PASSED_ON.test(name) && value !== undefined,
    );
    return Object.fromEntries(named) as Record<string, string>;
  }

  /** The rule by which the simulated providers know their secrets. */
  private webhookSecrets(): Record<string, string[]> {
    const secretOf = (seed: string, id: string) =>
      `whsec_${createHmac('sha256', seed).update(id).digest('base64')}`;
    return Object.fromEntries(
      this.providers.flatMap(({ id, credential }) =>
        credential ? [[credential, this.simulatorSeeds.map((seed) => secretOf(seed, id))]] : [],
      ),
    );
  }

  /** The rule by which the simulator makes the host key of its SFTP server. */
  private simulatorHostKey(): string {
    return sshKeyOf(createHmac('sha256', this.simulatorSeeds[0]!).update('sftp host key').digest())
      .fingerprint;
  }

  private get simulatorSeeds(): string[] {
    return [this.secrets.simulator].flat();
  }
}

/** The simulated providers go through a job within seconds. */
const DEMO_INTERVAL_MS = '500';
export const AUDIENCE = 'lianban';
const PASSED_ON =
  /^(BACKLOG|CALENDAR|CALL|BATCH|CIRCUIT|CLAIM|DEADLINE|CORRECTION|DELIVERY|KAFKA_SESSION|OTEL|OUTBOX|PARKED|QUEUE|QUERY_CODE(?!_SECRET)|REPORT|SIMULATOR_STAGE|SMS|SSE)_/;

function secretsIn(file: string): Secrets {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const secret = (): string => randomBytes(32).toString('hex');
  const secrets = { postgres: secret(), queryCode: secret(), simulator: secret() };
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}
