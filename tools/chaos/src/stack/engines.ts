import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  fetchKafka,
  isAlive,
  startKafka,
  startPostgres,
  type RunningKafka,
  type RunningPostgres,
} from '@lianban/engines';

const run = promisify(execFile);
const RESTART_DELAY_MS = 1_000;

interface Engine {
  pid: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** A database or a broker that is started again on its folder whenever it is found dead. */
export class SupervisedEngine<E extends Engine> {
  /** When it last came back, ms. */
  backAt = 0;
  private isEnding = false;
  private isHeld = false;
  private readonly watching: Promise<void>;

  private constructor(
    private engine: E,
    private readonly open: () => Promise<E>,
  ) {
    this.watching = this.watch();
  }

  static async start<E extends Engine>(open: () => Promise<E>): Promise<SupervisedEngine<E>> {
    return new SupervisedEngine(await open(), open);
  }

  get now(): E {
    return this.engine;
  }

  isUp(): boolean {
    return isAlive(this.engine.pid);
  }

  kill(): Promise<void> {
    return this.engine.kill();
  }

  /** Kills it, changes what lies in its folder, and resolves when it runs on that. */
  async replace(change: () => Promise<void>): Promise<void> {
    const since = Date.now();
    this.isHeld = true;
    await this.kill();
    await change().finally(() => (this.isHeld = false));
    await this.untilUp(since);
  }

  /** Resolves when it runs again. */
  async untilUp(since: number): Promise<void> {
    while (!this.isEnding && this.backAt < since) await pause(50);
  }

  async stop(): Promise<void> {
    this.isEnding = true;
    await this.watching;
    await this.engine.stop();
  }

  private async watch(): Promise<void> {
    while (!this.isEnding) {
      await pause(100);
      if (this.isUp() || this.isHeld || this.isEnding) continue;
      await pause(RESTART_DELAY_MS);
      if (this.isHeld) continue;
      // It may not come up yet, with its disk full: tried again as long as it takes.
      await this.open().then(
        (engine) => {
          this.engine = engine;
          this.backAt = Date.now();
        },
        () => {},
      );
    }
  }
}

export const openPostgres = (
  folder: string,
  port: number,
  password: string,
  settings: readonly string[] = [],
): Promise<SupervisedEngine<RunningPostgres>> =>
  SupervisedEngine.start(() =>
    startPostgres({
      ...{ folder, port, password },
      settings: ['max_connections=400', 'max_wal_size=256MB', ...settings],
    }),
  );

export interface KafkaPorts {
  port: number;
  controllerPort: number;
  proxied: { port: number; advertisedPort: number };
}

export async function openKafka(
  lib: string,
  folder: string,
  ports: KafkaPorts,
): Promise<SupervisedEngine<RunningKafka>> {
  await fetchKafka(lib);
  return SupervisedEngine.start(() => startKafka({ lib, folder, ...ports }));
}

/** A disk of so many megabytes in memory, or `undefined` where this user may not mount one. */
export async function smallDisk(folder: string, megabytes: number): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  const mounted = run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder]);
  return mounted.then(
    () => folder,
    () => undefined,
  );
}

export const releaseDisk = (folder: string): Promise<unknown> => run('umount', ['-l', folder]);
