import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { RunningStack, type Mode } from '@lianban/testing';
import type { Wishes } from './arguments.js';
import type { BenchHouse } from './house/bench-house.js';
import type { Job } from './load/jobs.js';
import { processes } from './machine/proc.js';
import { ofHouse, sample, spentBetween, type Spent } from './machine/window.js';
import { Program } from './program.js';
import { Scale } from './scale.js';
import { References } from './references/references.js';
import { runCarried, type CarriedWithMemory } from './goals/throughput.js';

/** Share of a core below which the house is at rest. */
const IDLE = 0.6;
const MOST_LOOKS = 600;
const REAPING_MS = 200;

/** What is measured, and where. */
export interface BenchSetup {
  wishes: Wishes;
  house: BenchHouse;
  openHouse(mode: Mode): Promise<BenchHouse>;
  folder: string;
  say(line: string): void;
}

export interface Measured<T> {
  value: T;
  spent: Spent;
}

/** What a goal needs to be measured. */
export class Bench {
  readonly references = new References(this);
  readonly scale: Scale;
  /** Everything measured, by name, for whoever wants to look closer. */
  readonly raw: Record<string, unknown> = {};
  private carrying?: Promise<CarriedWithMemory>;

  private constructor(
    private readonly setup: BenchSetup,
    private readonly generator: Program,
  ) {
    this.scale = new Scale(setup.wishes);
  }

  static async open(setup: BenchSetup): Promise<Bench> {
    const bench = new Bench(setup, new Program('./load/generator.js'));
    await bench.load({ job: 'open', at: setup.house.addresses });
    return bench;
  }

  get wishes(): Wishes {
    return this.setup.wishes;
  }

  get house(): BenchHouse {
    return this.setup.house;
  }

  get folder(): string {
    return this.setup.folder;
  }

  /** Lets the load generator do this. */
  load<T>(job: Job): Promise<T> {
    return this.generator.ask<T>(job);
  }

  /** Runs it and says what it cost whom; its name stands in the results. */
  measure = async <T>(name: string, act: () => Promise<T>): Promise<Measured<T>> => {
    this.setup.say(`measuring ${name} …`);
    const before = this.look();
    const value = await act();
    // What has ended must have been waited for, or it is missed.
    await pause(REAPING_MS);
    const spent = spentBetween(before, this.look(), cpus().length);
    this.raw[name] = [...((this.raw[name] as Spent[] | undefined) ?? []), spent];
    return { value, spent };
  };

  /** Another house beside the one that is measured, all services in one process on its own PostgreSQL. */
  async withStandalone<T>(act: (house: RunningStack) => Promise<T>): Promise<T> {
    const house = await RunningStack.start('standalone', this.house.env);
    try {
      return await act(house);
    } finally {
      await house.stop();
    }
  }

  /** Measures the same on a standalone house of its own, under the same load. */
  async onStandalone<T>(measure: (bench: Bench) => Promise<T>): Promise<T> {
    const house = await this.setup.openHouse('standalone');
    const bench = await Bench.open({ ...this.setup, house });
    try {
      return await measure(bench);
    } finally {
      Object.assign(this.raw, bench.raw);
      await bench.close();
    }
  }

  /** Waits until the house has nothing left to do, ten minutes at most; answers its last second. */
  async quiet(): Promise<Spent> {
    for (let looks = 0; ; looks++) {
      const before = this.look();
      await pause(this.scale.isTiny ? 100 : 1_000);
      const spent = spentBetween(before, this.look(), cpus().length);
      if (ofHouse(spent) < IDLE * spent.elapsedMs || looks >= MOST_LOOKS || this.scale.isTiny) return spent;
    }
  }

  /** The load of P2, run once for all goals that start from it. */
  carried(): Promise<CarriedWithMemory> {
    return (this.carrying ??= runCarried(this));
  }

  /** A Kafka that was given runs outside our family, and is still ours. */
  private look() {
    const { brokers } = this.wishes;
    const given = brokers ? processes().filter(({ command }) => command.includes('kafka.Kafka')) : [];
    return sample([process.pid, ...given.map(({ pid }) => pid)]);
  }

  close(): Promise<void> {
    return this.generator.stop();
  }
}
