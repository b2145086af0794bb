import { fileURLToPath } from 'node:url';
import { asAdmin, freePort } from '@lianban/engines';
import type { Bench } from '../bench.js';
import type { Got } from '../load/jobs.js';
import { memoryOf } from '../machine/proc.js';
import { mean, median } from '../report/percentiles.js';
import { Started, times } from '../started.js';
import { A, L, TABLES } from './life-cycle.js';
import { byLoop, byPgbench, hasPgbench } from './pgbench.js';

export type ReferenceId = 'A' | 'L' | 'L-cpu' | 'H' | 'H-memory' | 'H-start';

/** A reference's figures, before and after the goals that are held against it. */
export interface Reference {
  unit: string;
  values: number[];
  /** The most that others took of the machine meanwhile, 0 to 1. */
  disturbance: number;
}

const HELLO = fileURLToPath(new URL('./hello.js', import.meta.url));

/** What the same machine does at the same time without us. */
export class References {
  readonly all: Partial<Record<ReferenceId, Reference>> = {};
  /** What runs A and L. */
  tool = '';

  constructor(private readonly bench: Bench) {}

  /** Measures these once more. */
  async measure(ids: ReadonlySet<ReferenceId>): Promise<void> {
    if (ids.has('A')) await this.measureA();
    if (ids.has('L') || ids.has('L-cpu')) await this.measureL();
    if (ids.has('H') || ids.has('H-memory')) await this.measureH();
    if (ids.has('H-start')) await this.measureStarts();
  }

  /** Mean of what was measured before and after. */
  valueOf(id: ReferenceId): number {
    return mean(this.all[id]!.values);
  }

  private async measureA(): Promise<void> {
    const { cycles, disturbance } = await this.lifeCycles('reference A', A);
    this.note('A', '/s', cycles.perSecond, disturbance);
  }

  private async measureL(): Promise<void> {
    const { cycles, disturbance, postgres } = await this.lifeCycles('reference L', L);
    this.note('L', '/s', cycles.perSecond, disturbance);
    this.note('L-cpu', 'ms', postgres / cycles.count, disturbance);
  }

  private async lifeCycles(name: string, statements: readonly string[]) {
    const { stack, folder } = this.bench;
    const database = stack.referenceDatabase;
    await asAdmin(database, (client) => client.query(`${TABLES}; checkpoint`));
    const rest = await this.bench.quiet();
    const hasTool = await hasPgbench();
    this.tool = hasTool ? 'pgbench' : 'a loop of our own, pgbench being missing';
    const seconds = this.bench.workload.seconds(8);
    const { value: cycles, spent } = await this.bench.measure(name, () =>
      hasTool ? byPgbench(database, statements, seconds, folder) : byLoop(database, statements, seconds),
    );
    // The stack asks the same server now and then, also at rest; that is not the reference's.
    const ofStack = ((rest.cpu.postgres ?? 0) / rest.elapsedMs) * spent.elapsedMs;
    return { cycles, disturbance: spent.disturbance, postgres: (spent.cpu.postgres ?? 0) - ofStack };
  }

  private async measureH(): Promise<void> {
    const [hello, origin] = await this.startHello();
    try {
      await this.bench.quiet();
      const idle = memoryOf(hello.pid);
      const { value, spent } = await this.bench.measure('reference H', () =>
        this.bench.load<Got>({
          job: 'get',
          clients: 64,
          seconds: this.bench.workload.seconds(8),
          origin,
          targets: [{ path: '/hello', headers: {} }],
        }),
      );
      this.note('H', '/s', (value.answers * 1_000) / value.elapsedMs, spent.disturbance);
      this.note('H-memory', 'MB', idle, 0);
    } finally {
      await hello.stop();
    }
  }

  private async measureStarts(): Promise<void> {
    const { value, spent } = await this.bench.measure('reference H, starting', () =>
      times(this.bench.workload.times(5), async () => {
        const [hello] = await this.startHello();
        await hello.stop();
        return hello.tookMs;
      }),
    );
    this.note('H-start', 'ms', median(value), spent.disturbance);
  }

  private async startHello(): Promise<[Started, origin: string]> {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    return [await Started.run([HELLO, String(port)], this.bench.stack.env, `${origin}/hello`), origin];
  }

  private note(id: ReferenceId, unit: string, value: number, disturbance: number): void {
    const known = (this.all[id] ??= { unit, values: [], disturbance: 0 });
    known.values.push(value);
    known.disturbance = Math.max(known.disturbance, disturbance);
  }
}
