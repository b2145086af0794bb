import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SERVICES } from '@lianban/contracts';
import {
  asAdmin,
  ensureDatabase,
  fetchKafka,
  freePorts,
  missingForKafka,
  startKafka,
} from '@lianban/engines';
import { COMPILE_CACHE, RunningStack, type Mode } from '@lianban/testing';
import type { Addresses } from '../load/jobs.js';
import { resetStatistics, countStatements } from '../profile.js';
import { openTraceSink } from './trace-sink.js';
import { freeCatalogue, type Dialects } from './free-catalogue.js';

export interface StackOptions {
  mode: Mode;
  /** What the providers speak. */
  dialects: Dialects;
  /** Everything that is only for this run. */
  folder: string;
  root: string;
  /** A Kafka that runs already. */
  brokers?: string;
  /** The share of requests that is traced. */
  traces?: number;
  /** For the programs of the stack, where they are profiled. */
  nodeOptions?: string;
  /** Has PostgreSQL count statements. */
  countsStatements: boolean;
  /** Told how to end each part of it as soon as it runs. */
  atEnd(action: () => Promise<void>): void;
}

/** The five providers that the load's requests go to. */
export const PROVIDERS = ['water', 'electricity', 'gas', 'heat', 'unicom'].map((name) => `jinan-${name}`);

const REFERENCE_DATABASE = 'bench';

/** A whole stack with engines of its own, as durable as a user has it. */
export class BenchStack {
  private constructor(
    readonly mode: Mode,
    private readonly stack: RunningStack,
    /** Of its Kafka, where it has one, `host:port`. */
    readonly brokers: string | undefined,
    readonly topicPrefix: string,
    private readonly databaseUrl: string,
    /** What every stack of this run is started with. */
    readonly env: Record<string, string>,
  ) {}

  static async open(options: StackOptions): Promise<BenchStack> {
    const { mode, dialects, folder, root, brokers, traces, nodeOptions, countsStatements, atEnd } = options;
    const kafka = mode === 'services' ? await openKafka(folder, root, brokers) : undefined;
    if (kafka) atEnd(() => kafka.stop());
    const env = {
      CATALOGUE_FOLDER: freeCatalogue(folder, dialects),
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...(traces && (await openTraceSink(traces, atEnd))),
    };
    const topicPrefix = `bench${randomBytes(4).toString('hex')}.`;
    const settings = {
      ...env,
      SIMULATOR_STAGE_MS: '0',
      DIRECT_REPORTS: 'true',
      ...(kafka && { KAFKA_BROKERS: kafka.brokers, TOPIC_PREFIX: topicPrefix, GROUP_PREFIX: topicPrefix }),
      ...(nodeOptions && { NODE_OPTIONS: nodeOptions }),
    };
    const stack = await (countsStatements
      ? startCounted(mode, settings, atEnd)
      : RunningStack.start(mode, settings));
    atEnd(() => stack.stop());
    const databaseUrl = await stack.databaseUrl();
    await ensureDatabase(databaseUrl, REFERENCE_DATABASE);
    return new BenchStack(mode, stack, kafka?.brokers, topicPrefix, databaseUrl, env);
  }

  get addresses(): Addresses {
    const { stack, databaseUrl } = this;
    const [intake, tracking] = [stack.urlOf('intake'), stack.urlOf('tracking')];
    return { intake, tracking, issuer: stack.issuerUrl, database: databaseUrl };
  }

  /** Everything that the stack's programs have said. */
  get log(): string {
    return this.stack.lines.map((line) => `${line}\n`).join('');
  }

  /** A database beside the stack's own, on the same server, for the references. */
  get referenceDatabase(): string {
    const url = new URL(this.databaseUrl);
    url.pathname = `/${REFERENCE_DATABASE}`;
    return url.href;
  }

  async postgresVersion(): Promise<string> {
    const { rows } = await asAdmin(this.databaseUrl, (client) =>
      client.query<{ server_version: string }>('show server_version'),
    );
    return rows[0]!.server_version;
  }

  /** Requests that the stack has taken in since it was made. */
  async requestsSoFar(): Promise<number> {
    const { rows } = await asAdmin(this.databaseUrl, (client) =>
      client.query<{ count: number }>('select count(*)::int as count from tracking.request_view'),
    );
    return rows[0]!.count;
  }

  /** The processes that the services run in, by name. */
  get services(): (readonly [name: string, pid: number])[] {
    if (this.mode === 'standalone') return [['stack', this.stack.pid]];
    return SERVICES.map((name) => [name, this.stack.pidOf(name)]);
  }

  /** How all five providers behave from now on. */
  async setFaults(faults: object): Promise<void> {
    await this.stack.simulator('DELETE', '/faults');
    for (const provider of PROVIDERS) await this.stack.simulator('PUT', `/providers/${provider}`, faults);
  }

  setFaultsOf(provider: string, faults: object): Promise<unknown> {
    return this.stack.simulator('PUT', `/providers/${provider}`, faults);
  }

  /** How often the providers really did something, in all. */
  totals(): Promise<{ effects: number; doubledEffects: number }> {
    return this.stack.simulator('GET', '/totals');
  }
}

/** With the server counting statements, which it can only do from its start on: first there must be one, by the quickest start. */
async function startCounted(
  mode: Mode,
  settings: Record<string, string>,
  atEnd: StackOptions['atEnd'],
): Promise<RunningStack> {
  const first = await RunningStack.start('standalone');
  atEnd(() => first.stop());
  await countStatements(await first.databaseUrl());
  await first.interrupt();
  const stack = await RunningStack.in(first.folder, mode, settings);
  await stack.open();
  await resetStatistics(await stack.databaseUrl());
  return stack;
}

async function openKafka(folder: string, root: string, brokers?: string) {
  if (brokers) return { brokers, stop: async () => {} };
  const missing = await missingForKafka();
  if (missing) throw new Error(`${missing}. Install it, or name a Kafka that runs: KAFKA_BROKERS=host:port.`);
  const lib = join(root, '.kafka', 'lib');
  await fetchKafka(lib);
  const port = await freePorts(2);
  return startKafka({ lib, folder: join(folder, 'kafka'), port, controllerPort: port + 1 });
}
