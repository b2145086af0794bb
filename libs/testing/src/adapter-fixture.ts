import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { AdapterModule, type DriverFactory } from '@lianban/adapter-kit';
import { JobDesired, type JobDossier, type JobProgressed, type Utility } from '@lianban/contracts';
import { freePort } from '@lianban/engines';
import { eventTransport, Transaction } from '@lianban/messaging';
import { createService, Log, startListening } from '@lianban/service-kit';
import { Webhook } from 'standardwebhooks';
import { DataSource } from 'typeorm';
import { catalogueCopy, inHouseDialects, type ChangeProvider } from './catalogue-copy.js';
import { Routing, createTestService } from './conformance/test-services.js';
import { aDatabase, type TestDatabase, type TestKafka } from './engines.js';
import { eventually } from './eventually.js';
import { outboxEvents } from './outbox-events.js';
import { SimulatorProcess } from './simulator-process.js';
import { TestIssuer } from './test-issuer.js';

export interface AdapterFixtureOptions {
  utility: Utility;
  /** Ids of the providers that share a secret with the adapter. */
  providers?: string[];
  /** Where the providers are; a simulator of its own unless given. */
  providersUrl?: string;
  /** Does the simulator fetch the operations of providers that speak `feed` or `kafka`? As it does unless the test plays them. */
  simulatorPulls?: boolean;
  /** Drivers beside the built-in ones, by dialect. */
  dialects?: Record<string, DriverFactory>;
  /** How the shipped rows of providers are changed; by default all speak house dialects. */
  change?: ChangeProvider;
  /** Where providers of the dialect `kafka` have their topics. */
  kafka?: TestKafka;
  env?: Record<string, string>;
}

export interface Answer {
  status: number;
  body: Record<string, unknown> & { code?: string };
}

export interface PostOptions {
  id?: string;
  at?: Date;
  secret?: string;
  headers?: Record<string, string>;
  /** Where under the provider's address; to its reports unless given. */
  to?: string;
}

export interface Posted {
  status: number;
  code?: string;
  errors?: { pointer: string; code: string }[];
}

/** Quick where production is patient. */
const FAST_SETTINGS = {
  CALL_TIMEOUT_MS: '1500',
  DELIVERY_MAX_TRIES: '4',
  DELIVERY_FIRST_WAIT_MS: '10',
  DELIVERY_MAX_WAIT_MS: '50',
  DELIVERY_POLL_MS: '20',
  DELIVERY_BATCH_MS: '20',
  REPORT_POLL_MS: '20',
  CIRCUIT_MAX_FAILURES: '1000',
  CIRCUIT_RESET_MS: '20',
  DATABASE_POOL: '8',
};

/** One adapter over real HTTP, a real database and a provider simulator; desired states are published by hand. */
export class AdapterFixture {
  private readonly replicas: INestApplication[] = [];

  private constructor(
    readonly utility: Utility,
    readonly simulator: SimulatorProcess,
    readonly database: TestDatabase,
    readonly issuer: TestIssuer,
    readonly app: INestApplication,
    readonly address: string,
    private readonly routing: INestApplication,
    private readonly create: () => Promise<INestApplication>,
    private readonly folder: string,
  ) {}

  /** Another instance on the same database, which reads no topic and serves no requests: it delivers what is due. */
  async addReplica(): Promise<INestApplication> {
    const replica = await this.create();
    await replica.init();
    this.replicas.push(replica);
    return replica;
  }

  static async open({
    utility,
    providers = [],
    providersUrl,
    simulatorPulls = true,
    dialects = {},
    change = inHouseDialects,
    kafka,
    env,
  }: AdapterFixtureOptions): Promise<AdapterFixture> {
    const folder = mkdtempSync(join(tmpdir(), 'lianban-adapter-'));
    const catalogue = catalogueCopy(folder, change);
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const [simulator, database, issuer] = await Promise.all([
      SimulatorProcess.start({ catalogue, ...(simulatorPulls && { feedsUrl: address, kafka }) }),
      aDatabase(),
      TestIssuer.start(),
    ]);
    const secrets = Object.fromEntries(providers.map((id) => [id, SimulatorProcess.secretOf(id)]));
    const settings = {
      env: {
        ...issuer.env,
        ...FAST_SETTINGS,
        CATALOGUE_FOLDER: catalogue,
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: database.urlOf(`adapter-${utility}`),
        PROVIDERS_URL: providersUrl ?? simulator.url,
        ...(simulator.sftpUrl && {
          PROVIDERS_SFTP_URL: simulator.sftpUrl,
          PROVIDERS_SFTP_HOST_KEY: SimulatorProcess.hostKeyOf(),
        }),
        PUBLIC_URL: address,
        PROVIDER_SECRETS: JSON.stringify(secrets),
        ...(kafka && { ...kafka.env, TRANSPORT: 'embedded' }),
        RECONCILE_HOUR: String((new Date().getUTCHours() + 20) % 24),
        ...env,
      },
      transport: eventTransport,
      logger: Log.to({ write: () => {} }, 'fatal'),
    };
    const create = () => createService(AdapterModule.for({ utility, dialects }) as never, settings);
    const app = await create();
    const routing = await createTestService({
      module: Routing,
      env: { DATABASE_URL: database.urlOf('routing') },
    });
    await routing.init();
    await startListening(app);
    return new AdapterFixture(utility, simulator, database, issuer, app, address, routing, create, folder);
  }

  /** Publishes as routing does. */
  async publishDesired(...states: JobDesired[]): Promise<void> {
    await this.routing.get(Transaction).run(async ({ publish }) => publish(states));
  }

  query<T>(sql: string, values: unknown[] = []): Promise<T[]> {
    return this.app.get(DataSource).query<T[]>(sql, values);
  }

  /** Everything that was published of a job, oldest first. */
  async published(requestId: string): Promise<JobProgressed[]> {
    const rows = await this.query<{ body: string }>(
      `select body from ${outboxEvents()} where key = $1 and topic = 'progress'`,
      [requestId],
    );
    return rows.map(({ body }) => JSON.parse(body) as JobProgressed);
  }

  /** Waits until what was published last of a job looks so. */
  async untilPublished(requestId: string, expected: object): Promise<JobProgressed> {
    return eventually(async () => {
      const last = (await this.published(requestId)).at(-1);
      expect(last).toMatchObject(expected);
      return last!;
    });
  }

  /** No earlier call of a job can arrive any more. Locks as the adapter does, so that it does not write the old time back. */
  async endFlight(requestId: string): Promise<void> {
    await this.query(
      `update operation set in_flight_until = now()
       from (select request_id from placement where request_id = $1 for update) p
       where operation.request_id = p.request_id`,
      [requestId],
    );
  }

  nameOf(requestId: string, attempt = 1): string {
    return `${requestId}:${this.utility}:${attempt}`;
  }

  async call(method: string, path: string, claims: Record<string, unknown>, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.address}/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.issuer.token({ claims })}`,
        ...(method === 'POST' && { 'content-type': 'application/json' }),
      },
      ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? (JSON.parse(text) as Answer['body']) : {} };
  }

  /** Posts a report as a provider does, signed now with its secret unless `headers` says otherwise. */
  async post(provider: string, report: object | string, options: PostOptions = {}): Promise<Posted> {
    const { id = randomUUID(), at = new Date(), secret = SimulatorProcess.secretOf(provider) } = options;
    const { to = 'reports' } = options;
    const body = typeof report === 'string' ? report : JSON.stringify(report);
    const answer = await fetch(`${this.address}/v1/providers/${provider}/${to}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(id, at, body),
        ...options.headers,
      },
      body,
    });
    const text = await answer.text();
    const { code, errors } = (text ? JSON.parse(text) : {}) as Posted;
    return { status: answer.status, ...(code && { code }), ...(errors && { errors }) };
  }

  operator(method: string, path: string): Promise<Answer> {
    return this.call(method, `ops/adapter-${this.utility}/${path}`, { role: 'operator' });
  }

  async close(): Promise<void> {
    for (const app of [...this.replicas, this.app]) await app.close();
    await this.routing.close();
    await Promise.all([this.simulator.stop(), this.issuer.stop()]);
    await this.database.drop();
    rmSync(this.folder, { recursive: true });
  }
}

/** The desired state of a new job. */
export function aDesiredState(
  changes: Partial<JobDesired> = {},
  dossier: Partial<JobDossier> = {},
): JobDesired {
  return Object.assign(new JobDesired(), {
    requestId: randomUUID(),
    utility: 'gas',
    attempt: 1,
    version: 1,
    provider: 'zibo-gas',
    promisedDate: '2026-12-01',
    dossier: {
      receiptNumber: 'LB370302-20261123-J-00001-A',
      matter: 'GAS_NEW',
      registeredAt: '2026-11-23T01:00:00.000Z',
      applicant: { kind: 'person', name: '欧阳试样' },
      address: { district: '370302', text: '淄川区样例路1号' },
      fields: { usage: 'residential', appliances: 2 },
      materials: [{ code: 'PROPERTY_CERT', method: 'paper' }],
      answers: [],
      ...dossier,
    },
    ...changes,
  });
}

/** The next desired state of the same job. */
export function nextDesiredState(
  desired: JobDesired,
  changes: Partial<JobDesired> = {},
  dossier: Partial<JobDossier> = {},
): JobDesired {
  const next = { version: desired.version + 1, dossier: { ...desired.dossier, ...dossier }, ...changes };
  return Object.assign(new JobDesired(), desired, next);
}
