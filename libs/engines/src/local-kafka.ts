import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { endOrphan } from './orphan.js';

const run = promisify(execFile);
const PID_FILE = 'kafka.pid';
/** Beside nine services on a few cores: no second compiler, whose work was nearly half of this broker's in the first minute of a load, and one thread for garbage. */
const JAVA_FLAGS = ['-Xmx400m', '-Xms200m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
const POM = fileURLToPath(new URL('../kafka/pom.xml', import.meta.url));

export interface RunningKafka {
  /** `host:port` that clients connect to. */
  brokers: string;
  pid: number;
  stop(): Promise<void>;
  /** Ends it without a goodbye; `startKafka` on the same folder brings it back. */
  kill(): Promise<void>;
}

export interface KafkaOptions {
  /** Where the jars are, see `fetchKafka`. */
  lib: string;
  /** Holds the settings and the records; kept when it stops. */
  folder: string;
  port: number;
  controllerPort: number;
  /** A second listener whose advertised address is this port of 127.0.0.1, for a proxy in between. */
  proxied?: { port: number; advertisedPort: number };
  /** More listeners on 127.0.0.1. */
  listeners?: readonly KafkaListener[];
  /** More settings, `name=value`. */
  settings?: readonly string[];
  /** Passwords of users who sign in by SCRAM-SHA-512; made with the folder. */
  users?: Readonly<Record<string, string>>;
}

export interface KafkaListener {
  name: string;
  port: number;
  protocol: 'SSL' | 'SASL_SSL';
}

/** What is missing to run Kafka here, in one sentence; `undefined` when nothing is. */
export async function missingForKafka(): Promise<string | undefined> {
  const java = await run('java', ['-version']).then(
    ({ stderr }) => stderr,
    () => '',
  );
  const major = Number(/version "(\d+)/.exec(java)?.[1] ?? 0);
  if (major < 17) return 'Java 17 or newer is missing';
  const maven = await run('mvn', ['-v']).then(
    () => true,
    () => false,
  );
  return maven ? undefined : 'Maven (mvn) is missing';
}

/** Fetches Apache Kafka's jars into this folder once, by Maven. */
export async function fetchKafka(lib: string): Promise<void> {
  if (existsSync(lib) && (await readdir(lib)).some((jar) => jar.startsWith('kafka_2.13'))) return;
  await run('mvn', ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`], {
    maxBuffer: 16 << 20,
  });
}

/** Ends a Kafka that an earlier run, since killed, left alone with this folder. */
export const endOrphanKafka = (folder: string): Promise<void> =>
  endOrphan(join(folder, PID_FILE), folder, 'SIGTERM');

/** Starts one node of Apache Kafka (KRaft) on 127.0.0.1 and answers when it is ready. */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  await mkdir(options.folder, { recursive: true });
  const properties = join(options.folder, 'server.properties');
  await writeFile(properties, toProperties(options));
  const classpath = join(options.lib, '*');
  const java = (...args: string[]): string[] => ['-cp', classpath, ...args];
  if (!existsSync(join(options.folder, 'data', 'meta.properties')))
    await run(
      'java',
      java(
        ...['kafka.tools.StorageTool', 'format', '-t', 'bGlhbmJhbmxpYW5iYW4wMQ', '-c', properties],
        ...Object.entries(options.users ?? {}).flatMap(([name, password]) => [
          '--add-scram',
          `SCRAM-SHA-512=[name=${name},password=${password}]`,
        ]),
      ),
    );
  const server = spawn('java', [...JAVA_FLAGS, ...java('kafka.Kafka', properties)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  await writeFile(join(options.folder, PID_FILE), String(server.pid));
  await waitUntilReady(server, options.port, join(options.folder, 'kafka.log'));
  return {
    brokers: `127.0.0.1:${options.port}`,
    pid: server.pid!,
    stop: () => end(server, 'SIGTERM'),
    kill: () => end(server, 'SIGKILL'),
  };
}

/** Without a logging back end Kafka says nothing; it is up when it accepts connections. */
async function waitUntilReady(server: ChildProcess, port: number, logFile: string): Promise<void> {
  const log = createWriteStream(logFile, { flags: 'a' });
  server.stdout!.pipe(log);
  server.stderr!.pipe(log);
  while (!(await isListening(port))) {
    if (server.exitCode !== null || server.signalCode !== null)
      throw new Error(`Kafka ended with code ${server.exitCode}, see ${logFile}`);
    await pause(50);
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  await exited;
}

function toProperties({
  folder,
  port,
  controllerPort,
  proxied,
  listeners: more = [],
  settings = [],
}: KafkaOptions): string {
  const address = (name: string, at: number): string => `${name}://127.0.0.1:${at}`;
  const listeners = [address('PLAINTEXT', port), address('CONTROLLER', controllerPort)];
  const advertised = [address('PLAINTEXT', port)];
  if (proxied) {
    listeners.push(address('PROXIED', proxied.port));
    advertised.push(address('PROXIED', proxied.advertisedPort));
  }
  for (const { name, port: at } of more) {
    listeners.push(address(name, at));
    advertised.push(address(name, at));
  }
  const protocols = ['PLAINTEXT', 'CONTROLLER', 'PROXIED'].map((name) => `${name}:PLAINTEXT`);
  protocols.push(...more.map(({ name, protocol }) => `${name}:${protocol}`));
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    'controller.listener.names=CONTROLLER',
    `listeners=${listeners.join(',')}`,
    `advertised.listeners=${advertised.join(',')}`,
    `listener.security.protocol.map=${protocols.join(',')}`,
    `log.dirs=${join(folder, 'data')}`,
    'auto.create.topics.enable=false',
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=4',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    // Longer than the longest term of a topic: a group that comes back late must still know where it was.
    `offsets.retention.minutes=${60 * 24 * 40}`,
    ...settings,
    '',
  ].join('\n');
}
