import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { RunningStack, type Mode } from '@lianban/testing';
import type { Options } from './arguments.js';
import type { BenchStack } from './stack/bench-stack.js';
import type { Dialects } from './stack/free-catalogue.js';
import type { Job } from './load/jobs.js';
import { processes } from './machine/proc.js';
import { ofStack, sample, spentBetween, type Spent } from './machine/window.js';
import { Program } from './program.js';
import { Workload } from './workload.js';
import { References } from './references/references.js';
import { measureThroughput, type ThroughputWithMemory } from './goals/throughput.js';

/** Share of a core below which the stack is at rest. */
const IDLE_CPU_SHARE = 0.6;
const MAX_CHECKS = 600;
const REAPING_MS = 200;

/** What is measured, and where. */
export interface BenchSetup {
  options: Options;
  stack: BenchStack;
  openStack(mode: Mode, dialects?: Dialects): Promise<BenchStack>;
  folder: string;
  print(line: string): void;
}

export interface Measured<T> {
  value: T;
  spent: Spent;
}

/** What a goal needs to be measured. */
export class Bench {
  readonly references = new References(this);
  readonly workload: Workload;
  /** Everything measured, by name, for whoever wants to look closer. */
  readonly raw: Record<string, unknown> = {};
  private measuring?: Promise<ThroughputWithMemory>;

  private constructor(
    private readonly setup: BenchSetup,
    private readonly generator: Program,
  ) {
    this.workload = new Workload(setup.options);
  }

  static async open(setup: BenchSetup): Promise<Bench> {
    const bench = new Bench(setup, new Program('./load/generator.js'));
    await bench.load({ job: 'open', at: setup.stack.addresses });
    return bench;
  }

  get options(): Options {
    return this.setup.options;
  }

  get stack(): BenchStack {
    return this.setup.stack;
  }

  get folder(): string {
    return this.setup.folder;
  }

  /** Lets the load generator do this. */
  load<T>(job: Job): Promise<T> {
    return this.generator.ask<T>(job);
  }

  /** Runs it and measures what it cost; its name stands in the results. */
  measure = async <T>(name: string, action: () => Promise<T>): Promise<Measured<T>> => {
    this.setup.print(`measuring ${name} …`);
    const before = this.look();
    const value = await action();
    // What has ended must have been waited for, or it is missed.
    await pause(REAPING_MS);
    const spent = spentBetween(before, this.look(), cpus().length);
    this.raw[name] = [...((this.raw[name] as Spent[] | undefined) ?? []), spent];
    return { value, spent };
  };

  /** Another stack beside the one that is measured, all services in one process on its own PostgreSQL. */
  async withStandalone<T>(action: (stack: RunningStack) => Promise<T>): Promise<T> {
    const stack = await RunningStack.start('standalone', this.stack.env);
    try {
      return await action(stack);
    } finally {
      await stack.stop();
    }
  }

  /** Measures the same on a standalone stack of its own, under the same load. */
  async onStandalone<T>(measure: (bench: Bench) => Promise<T>, dialects?: Dialects): Promise<T> {
    const stack = await this.setup.openStack('standalone', dialects);
    const bench = await Bench.open({ ...this.setup, stack });
    try {
      return await measure(bench);
    } finally {
      Object.assign(this.raw, bench.raw);
      await bench.close();
    }
  }

  /** Waits until the stack has nothing left to do, ten minutes at most; answers its last second. */
  async quiet(): Promise<Spent> {
    for (let checks = 0; ; checks++) {
      const before = this.look();
      await pause(this.workload.isTiny ? 100 : 1_000);
      const spent = spentBetween(before, this.look(), cpus().length);
      if (ofStack(spent) < IDLE_CPU_SHARE * spent.elapsedMs || checks >= MAX_CHECKS || this.workload.isTiny)
        return spent;
    }
  }

  /** The load of P2, run once for all goals that start from it. */
  throughput(): Promise<ThroughputWithMemory> {
    return (this.measuring ??= measureThroughput(this));
  }

  /** A Kafka that was given runs outside our family, and is still ours. */
  private look() {
    const { brokers } = this.options;
    const given = brokers ? processes().filter(({ command }) => command.includes('kafka.Kafka')) : [];
    return sample([process.pid, ...given.map(({ pid }) => pid)]);
  }

  close(): Promise<void> {
    return this.generator.stop();
  }
}
