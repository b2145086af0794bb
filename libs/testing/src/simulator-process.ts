import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Utility } from '@lianban/contracts';
import type { TestKafka } from './engines.js';
import { sshKeyOf } from '@lianban/service-kit';
import type { ScriptedProvider } from './describe-driver.js';
import { COMPILE_CACHE } from './running-stack.js';

// The built program: specs do not import tools.
const MAIN = fileURLToPath(
  new URL('../../../apps/standalone/dist/programs/provider-simulator.js', import.meta.url),
);
const SEED = 'lianban-demo';

type KafkaAddress = Pick<TestKafka, 'brokers' | 'prefix'>;

/** What one provider has in its books of a placement. */
export interface ProviderPlacement {
  provider: string;
  references: string[];
  /** Orders beside the first that it was asked to let go. */
  seconds: { reference: string; operation: string; isRefused: boolean; asked: number }[];
  state: string;
  withdrawal: string;
  isWithdrawn: boolean;
  dossier: { fields: Record<string, unknown>; answers: { correctionId: string }[] };
  operations: { operation: string; kind: string; effects: number; outcome: string }[];
}

/** The provider simulator as a process of its own; `docs` of its orders are in its README. */
export class SimulatorProcess {
  /** What it keeps, the folders of its SFTP server among it. */
  readonly folder = mkdtempSync(join(tmpdir(), 'lianban-simulator-'));
  private child!: ChildProcess;
  url = '';
  /** Where companies listen that speak over SFTP. */
  sftpUrl = '';

  /** @param stageMs from one report of a placement to the next @param catalogue the folder of another than the shipped one
   *   @param feedsUrl where providers that pull do so @param kafka where those are that speak `kafka` */
  static async start({
    stageMs = 0,
    catalogue,
    feedsUrl,
    kafka,
  }: {
    stageMs?: number;
    catalogue?: string;
    feedsUrl?: string;
    kafka?: KafkaAddress;
  } = {}): Promise<SimulatorProcess> {
    const simulator = new SimulatorProcess();
    simulator.child = spawn(process.execPath, [MAIN], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        PORT: '0',
        SFTP_PORT: '0',
        SIMULATOR_SECRET: SEED,
        SIMULATOR_DATA: simulator.folder,
        SIMULATOR_STAGE_MS: String(stageMs),
        ...(catalogue && { CATALOGUE_FOLDER: catalogue }),
        ...(feedsUrl && { FEEDS_URL: feedsUrl }),
        ...(kafka && {
          KAFKA_BROKERS: kafka.brokers,
          TOPIC_PREFIX: kafka.prefix,
          GROUP_PREFIX: kafka.prefix,
        }),
      },
    });
    await simulator.readAddresses();
    return simulator;
  }

  private async readAddresses(): Promise<void> {
    for await (const line of createInterface({ input: this.child.stdout! })) {
      const address = /"address":"([^"]+)"/.exec(line)?.[1];
      if (!address) continue;
      this.url = address;
      this.sftpUrl = /"sftp":"([^"]+)"/.exec(line)?.[1] ?? '';
      return void this.child.stdout!.resume();
    }
    throw new Error('the simulator ended before it was ready: is it built?');
  }

  /** The webhook secret of a provider. */
  static secretOf(provider: string): string {
    return `whsec_${createHmac('sha256', SEED).update(provider).digest('base64')}`;
  }

  /** By which its SFTP server is known. */
  static hostKeyOf(seed = SEED): string {
    return sshKeyOf(createHmac('sha256', seed).update('sftp host key').digest()).fingerprint;
  }

  /** A provider that plays along with `describeDriver`. @param timeout of the driver's calls */
  scripted(id: string, utility: Utility, timeout: number): ScriptedProvider {
    const set = async (faults: object) => {
      await this.setFaults(id, { reports: 'never', ...faults });
    };
    return {
      id,
      utility,
      refuse: (reason) => set({ outcome: 'refuse', reason }),
      loseAnswer: () => set({ loseAnswers: true }),
      answerTooLate: () => set({ delayMs: 10 * timeout }),
      fail: (status) => set({ failWith: status }),
      clearFaults: () => this.clearFaults(),
      effects: (operation) => this.effects({ operation }),
    };
  }

  setFaults(provider: string, faults: object): Promise<unknown> {
    return this.ask('PUT', `providers/${provider}`, faults);
  }

  /** Every provider behaves again. */
  async clearFaults(): Promise<void> {
    await this.ask('DELETE', 'faults');
  }

  /** Lets a provider report this on a placement now. */
  report(provider: string, placement: string, report: object): Promise<unknown> {
    return this.ask('POST', `providers/${provider}/placements/${placement}/report`, report);
  }

  /** How often it really did something. */
  async effects(filter: { provider?: string; placement?: string; operation?: string }): Promise<number> {
    const query = new URLSearchParams(filter as Record<string, string>);
    return ((await this.ask('GET', `effects?${query.toString()}`)) as { effects: number }).effects;
  }

  /** The picture that a provider has of a placement; undefined where it has none. */
  async placementAt(provider: string, placement: string): Promise<ProviderPlacement | undefined> {
    const { providers } = (await this.ask('GET', `placements/${placement}`)) as {
      providers?: ProviderPlacement[];
    };
    return providers?.find((each) => each.provider === provider);
  }

  private async ask(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.url}/control/${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok && answer.status !== 404)
      throw new Error(`the simulator answered ${answer.status}: ${text}`);
    return text ? (JSON.parse(text) as unknown) : undefined;
  }

  /** It stands still: what is sent to it waits in its sockets. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    if (this.child.exitCode === null) this.child.kill('SIGKILL');
    await exited;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
