import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue } from '@lianban/catalogue';
import { SERVICES } from '@lianban/contracts';
import {
  asAdmin,
  ensureDatabase,
  freePort,
  freePorts,
  startPostgres,
  type RunningPostgres,
} from '@lianban/engines';
import { schemaOf } from '@lianban/service-kit';
import { aRegistration, eventually, ProgramProcess, required, TestIssuer } from '@lianban/testing';

const passwordOf = (name: string): string => `p%/${name}`;

describe('an installation that an operator prepares', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-operator-'));
  const passwords = join(folder, 'passwords');
  const prefix = `o${randomBytes(4).toString('hex')}.`;
  const kafka = {
    TRANSPORT: 'kafka',
    KAFKA_BROKERS: required('TEST_KAFKA'),
    TOPIC_PREFIX: prefix,
    GROUP_PREFIX: prefix,
  };
  const services: ProgramProcess[] = [];
  let postgres: RunningPostgres;
  let issuer: TestIssuer;
  let databaseUrl: (user: string) => string;

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    mkdirSync(passwords);
    for (const name of [...SERVICES, 'owner']) writeFileSync(join(passwords, name), `${passwordOf(name)}\n`);
    const port = await freePort();
    postgres = await startPostgres({ folder: join(folder, 'postgres'), port, password: 'admin' });
    databaseUrl = (user) => `postgres://${user}@127.0.0.1:${port}/lianban`;
    issuer = await TestIssuer.start();
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await issuer.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  });

  const asOwner = () => ({
    DATABASE_URL: databaseUrl('lianban_owner'),
    DATABASE_PASSWORD_FILE: join(passwords, 'owner'),
  });

  /** Runs a program to its end. */
  async function run(program: string, env: Record<string, string>): Promise<ProgramProcess> {
    const process = new ProgramProcess(program, env);
    expect([await process.ended, process.lines]).toEqual([0, expect.any(Array)]);
    return process;
  }
  const prepare = () =>
    run('prepare', {
      DATABASE_URL: databaseUrl('postgres'),
      DATABASE_PASSWORD: 'admin',
      ROLE_PASSWORDS_DIR: passwords,
    });
  const migrate = () => run('migrate', asOwner());
  const topics = () => run('topics', { ...kafka, TOPIC_REPLICATION: '1' });

  async function start(service: string, more: Record<string, string> = {}) {
    const port = await freePorts(2);
    const program = new ProgramProcess(service, {
      ...issuer.env,
      ...kafka,
      PORT: String(port),
      OPERATIONS_PORT: String(port + 1),
      DATABASE_URL: databaseUrl(schemaOf(service)),
      DATABASE_PASSWORD_FILE: join(passwords, service),
      MIGRATE: 'false',
      ...more,
    });
    services.push(program);
    const statusOf = (probe: string): Promise<number> =>
      fetch(`http://127.0.0.1:${port + 1}/health/${probe}`).then(
        ({ status }) => status,
        () => 0,
      );
    return { program, url: `http://127.0.0.1:${port}`, statusOf };
  }
  const startIntake = (more: Record<string, string> = {}) =>
    start('intake', { QUERY_CODE_SECRET: `1:${'s'.repeat(32)}`, ...more });

  /** A folder with a secret for every provider that has one. */
  function providerSecrets(): string {
    const secrets = join(folder, 'provider-secrets');
    mkdirSync(secrets);
    for (const { credential } of loadCatalogue().providers())
      if (credential)
        writeFileSync(join(secrets, credential), `whsec_${randomBytes(32).toString('base64')}\n`);
    return secrets;
  }

  it('lets services wait for the database, its tables and the topics, each named, until all are there', async () => {
    const { program, statusOf, url } = await startIntake();
    await program.untilSaid(/waiting for PostgreSQL at 127.0.0.1:\d+\/lianban/);
    await ensureDatabase(postgres.adminUrl, 'lianban');
    await prepare();
    await prepare();
    const other = await startIntake();
    await other.program.untilSaid('its schema lacks CreateMessaging1790000000000, ');
    expect(await other.program.stop()).toBe(0);
    await migrate();
    await migrate();
    await program.untilSaid(`cannot read ${prefix}status as ${prefix}intake`);
    await eventually(async () => expect(await statusOf('started')).toBe(200));
    expect(await statusOf('ready')).toBe(503);
    await topics();
    expect((await topics()).lines.join()).toContain('"topics":[]');
    await eventually(async () => expect(await statusOf('ready')).toBe(200));
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });

  it('runs every service as a role that may only read and write rows', async () => {
    const intake = await startIntake();
    const gas = await start('adapter-gas', {
      PROVIDERS_URL: 'http://127.0.0.1:1',
      PUBLIC_URL: 'http://127.0.0.1:1',
      PROVIDER_SECRETS_DIR: providerSecrets(),
    });
    for (const { statusOf, program } of [intake, gas])
      await eventually(async () =>
        expect([await statusOf('ready'), program.lines.slice(-3)]).toEqual([200, expect.any(Array)]),
      );
    const answer = await fetch(`${intake.url}/v1/requests`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await issuer.token({ claims: { role: 'clerk', hall: 'lixia' } })}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(aRegistration('gas')),
    });
    expect(answer.status).toBe(201);
    await asAdmin(postgres.urlOf('intake', passwordOf('intake'), 'lianban'), async (client) => {
      await expect(client.query('create table intake.mine (id int)')).rejects.toThrow(/permission denied/);
      await expect(client.query('select from adapter_gas.outbox')).rejects.toThrow(/permission denied/);
      await eventually(async () =>
        expect((await client.query('select from intake.outbox')).rowCount).toBe(0),
      );
    });
  });

  it('takes requests for a while after a signal, as a process that is no longer ready', async () => {
    const { program, statusOf, url } = await startIntake({ DRAIN_DELAY_MS: '6000' });
    await eventually(async () => expect(await statusOf('ready')).toBe(200));
    const ended = program.stop();
    await eventually(async () => expect(await statusOf('ready')).toBe(503));
    expect((await fetch(`${url}/v1/nothing`)).status).toBe(404);
    expect(await ended).toBe(0);
  });

  it('stays ready and answers 503 while its database is away', async () => {
    const { statusOf, url } = await startIntake();
    await eventually(async () => expect(await statusOf('ready')).toBe(200));
    await postgres.stop();
    const token = await issuer.token({ claims: { role: 'clerk', hall: 'lixia' } });
    await eventually(async () => {
      const answer = await fetch(`${url}/v1/requests/${randomUUID()}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    });
    expect(await statusOf('ready')).toBe(200);
    await eventually(async () => expect(await statusOf('dependencies')).toBe(503));
    const port = Number(new URL(databaseUrl('x')).port);
    postgres = await startPostgres({ folder: join(folder, 'postgres'), port, password: 'admin' });
    await eventually(async () => expect(await statusOf('dependencies')).toBe(200));
  });

  it('gives its place back where a migration is stopped', async () => {
    const admin = postgres.urlOf('postgres', 'admin', 'lianban');
    await asAdmin(admin, async (holder) => {
      await holder.query(`delete from routing.migration where name like 'Create%RoutedRequest%'`);
      await holder.query(`select pg_advisory_lock(hashtext('migrate routing'))`);
      const waiting = async () => {
        const { rowCount } = await holder.query(
          `select from pg_stat_activity where application_name = 'routing' and query like '%pg_try_advisory_lock%'`,
        );
        return rowCount;
      };
      const program = new ProgramProcess('migrate', asOwner());
      await eventually(async () => expect(await waiting()).toBe(1));
      expect(await program.stop()).toBe(143);
      await eventually(async () => expect(await waiting()).toBe(0));
    });
  });
});
