import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SERVICES } from '@lianban/contracts';
import { freePorts } from '@lianban/engines';
import { required } from './engines.js';
import { onceInRun } from './once-in-run.js';

/** What was compiled once need not be at each of many starts. */
export const COMPILE_CACHE = fileURLToPath(new URL('../../../node_modules/.compile-cache', import.meta.url));
const PROGRAMS = fileURLToPath(new URL('../../../apps/standalone/dist/', import.meta.url));

export type Mode = 'standalone' | 'services';

export interface Receipt {
  requestId: string;
  receiptNumber: string;
  queryCode: string;
}

export interface JobStatus {
  utility: string;
  state: string;
  reference?: string;
  documents?: { kindText: string; url: string }[];
  delivery: { operation: string; status: string; since: string };
}

export interface Status {
  phase: string;
  attention: string;
  outcome?: string;
  parts: JobStatus[];
}

/** The whole stack as a user starts it, in a folder and on ports of its own. */
export class RunningStack {
  readonly lines: string[] = [];
  private process!: ChildProcess;
  private readonly tokens = new Map<string, { token: string; until: number }>();

  private constructor(
    private readonly mode: Mode,
    readonly folder: string,
    private readonly env: Record<string, string>,
  ) {}

  static async start(mode: Mode, more: Record<string, string> = {}): Promise<RunningStack> {
    const folder = mkdtempSync(join(tmpdir(), 'lianban-stack-'));
    chmodSync(folder, 0o755);
    if (process.env.TEST_FOLDER) await copyStartedOnce(process.env.TEST_FOLDER, folder);
    const stack = await RunningStack.in(folder, mode, more);
    await stack.open();
    return stack;
  }

  /** A stack that is to start in this folder, on ports that are free. */
  static async in(folder: string, mode: Mode, more: Record<string, string> = {}): Promise<RunningStack> {
    const first = await freePorts(15);
    const names = [
      'PORT',
      'ISSUER_PORT',
      'SIMULATOR_PORT',
      'SIMULATOR_SFTP_PORT',
      'POSTGRES_PORT',
      'SERVICES_PORT',
    ];
    const ports = Object.fromEntries(names.map((name, place) => [name, String(first + place)]));
    const prefix = `h${randomBytes(4).toString('hex')}.`;
    return new RunningStack(mode, folder, {
      LIANBAN_DATA: folder,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      SMS_HOURS: '0-24',
      ...ports,
      ...(mode === 'services' && {
        KAFKA_BROKERS: more.KAFKA_BROKERS ?? required('TEST_KAFKA'),
        TOPIC_PREFIX: prefix,
        GROUP_PREFIX: prefix,
      }),
      ...more,
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.env.PORT}`;
  }

  /** Where a service listens itself; in standalone mode that is the one port of all. */
  urlOf(service: string): string {
    const place = SERVICES.indexOf(service);
    return this.mode === 'services' ? `http://127.0.0.1:${Number(this.env.SERVICES_PORT) + place}` : this.url;
  }

  /** What its topics' names begin with. */
  get topicPrefix(): string {
    return this.env.TOPIC_PREFIX ?? 'lianban.';
  }

  get simulatorUrl(): string {
    return `http://127.0.0.1:${this.env.SIMULATOR_PORT}`;
  }

  /** Of the process that the stack was started as. */
  get pid(): number {
    return this.process.pid!;
  }

  get issuerUrl(): string {
    return `http://127.0.0.1:${this.env.ISSUER_PORT}`;
  }

  /** Address of the embedded database's administrator. */
  async databaseUrl(): Promise<string> {
    const secrets = JSON.parse(await readFile(join(this.folder, 'secrets.json'), 'utf8')) as {
      postgres: string;
    };
    return `postgres://postgres:${secrets.postgres}@127.0.0.1:${this.env.POSTGRES_PORT}/lianban`;
  }

  /**
   * Starts it, again where it was stopped before.
   * @param more settings of this start alone
   * @param program `main.js` is standalone as separate modules, into which what is loaded before them can reach
   */
  async open(
    more: Record<string, string> = {},
    program = this.mode === 'services' ? 'services-main.js' : 'standalone.js',
  ): Promise<void> {
    this.process = spawn(process.execPath, [join(PROGRAMS, program)], {
      env: { PATH: process.env.PATH, ...this.env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const from = this.lines.length;
    const ready = new Promise<void>((resolve, reject) => {
      for (const stream of [this.process.stdout!, this.process.stderr!])
        createInterface({ input: stream }).on('line', (line) => {
          this.lines.push(line);
          if (line.includes('Lianban is ready')) resolve();
        });
      this.process.once('exit', (code) =>
        reject(
          new Error(`the stack ended with code ${code}: ${this.lines.slice(from).slice(-15).join('\n')}`),
        ),
      );
    });
    await ready;
  }

  /** By which it has ended; null while it runs, and where it ended by itself. */
  get signal(): NodeJS.Signals | null {
    return this.process.signalCode;
  }

  /** Pids of its processes by their names, as it printed them last; in services mode alone. */
  pidOf(service: string): number {
    const printed = this.lines.findLast((line) => line.startsWith(`  ${service.padEnd(20)} pid `));
    return Number(printed?.split(' pid ')[1]);
  }

  /** Asks it to end, as Ctrl-C does. */
  async interrupt(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGINT');
    await exited;
  }

  async stop(): Promise<void> {
    await this.interrupt();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async token(account: string): Promise<string> {
    const known = this.tokens.get(account);
    if (known && known.until > Date.now()) return known.token;
    const { access_token: token } = await this.json<{ access_token: string }>(`${this.issuerUrl}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${account}:lianban-demo`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    this.tokens.set(account, { token, until: Date.now() + 600_000 });
    return token;
  }

  /** A token that lasts as long as tokens do. */
  freshToken(account: string): Promise<string> {
    this.tokens.delete(account);
    return this.token(account);
  }

  /** Calls an endpoint as somebody with an account. */
  async as<T>(
    account: string,
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<T> {
    return this.json<T>(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${await this.token(account)}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  register(form: object, key: string = randomUUID()): Promise<Receipt> {
    return this.as('clerk-lixia', 'POST', '/v1/requests', form, { 'idempotency-key': key });
  }

  track({ receiptNumber, queryCode }: Receipt): Promise<Status> {
    return this.json(`${this.url}/v1/track/${receiptNumber}`, { headers: { 'x-query-code': queryCode } });
  }

  /** Gives the simulated providers an order, or asks them what they did. */
  async simulator<T>(method: string, path: string, body?: object): Promise<T> {
    const url = `${this.simulatorUrl}/control${path}`;
    const options = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return this.json<T>(url, { method, ...options });
  }

  private async json<T>(url: string, options: RequestInit): Promise<T> {
    const response = await fetch(url, options);
    const text = await response.text();
    if (!response.ok)
      throw new Refused(response.status, `${options.method ?? 'GET'} ${url}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Fills a folder with what a first start leaves: a database with all tables, secrets. */
async function copyStartedOnce(folderOfRun: string, folder: string): Promise<void> {
  const started = await onceInRun(folderOfRun, 'stack', async (first) => {
    const stack = await RunningStack.in(first, 'standalone');
    await stack.open();
    await stack.interrupt();
  });
  // Files belong to whom they did: PostgreSQL runs as a user of its own.
  await promisify(execFile)('cp', ['-a', `${started}/.`, folder]);
}
