import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { RunningHouse } from '@lianban/testing';
import type { Wishes } from './arguments.js';
import type { BenchHouse } from './house/bench-house.js';
import type { Job } from './load/jobs.js';
import { processes } from './machine/proc.js';
import { ofHouse, sample, spentBetween, type Spent } from './machine/window.js';
import { Program } from './program.js';
import { Scale } from './scale.js';
import { References } from './references/references.js';
import { runCarried, type CarriedWithMemory } from './goals/carried.js';

/** Share of a core below which the house is at rest. */
const IDLE = 0.6;
const MOST_LOOKS = 600;
const REAPING_MS = 200;

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
    readonly wishes: Wishes,
    readonly house: BenchHouse,
    readonly folder: string,
    private readonly generator: Program,
    private readonly say: (line: string) => void,
  ) {
    this.scale = new Scale(wishes);
  }

  static async open(
    wishes: Wishes,
    house: BenchHouse,
    folder: string,
    say: (line: string) => void,
  ): Promise<Bench> {
    const generator = new Program('./load/generator.js');
    const bench = new Bench(wishes, house, folder, generator, say);
    await bench.load({ job: 'open', at: house.addresses });
    return bench;
  }

  /** Lets the load generator do this. */
  load<T>(job: Job): Promise<T> {
    return this.generator.ask<T>(job);
  }

  /** Runs it and says what it cost whom; its name stands in the results. */
  measure = async <T>(name: string, act: () => Promise<T>): Promise<Measured<T>> => {
    this.say(`measuring ${name} …`);
    const before = this.look();
    const value = await act();
    // What has ended must have been waited for, or it is missed.
    await pause(REAPING_MS);
    const spent = spentBetween(before, this.look(), cpus().length);
    this.raw[name] = [...((this.raw[name] as Spent[] | undefined) ?? []), spent];
    return { value, spent };
  };

  /** Another house beside the one that is measured, all services in one process on its own PostgreSQL. */
  async withStandalone<T>(act: (house: RunningHouse) => Promise<T>): Promise<T> {
    const house = await RunningHouse.start('standalone', this.house.env);
    try {
      return await act(house);
    } finally {
      await house.stop();
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
