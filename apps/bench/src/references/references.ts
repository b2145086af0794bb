import { asAdmin } from '@lianban/engines';
import type { Bench } from '../bench.js';
import { mean } from '../report/percentiles.js';
import { A, L, TABLES } from './life-cycle.js';
import { byLoop, byPgbench, hasPgbench } from './pgbench.js';

export type ReferenceId = 'A' | 'L' | 'L-cpu';

/** A reference's figures, before and after the goals that are held against it. */
export interface Reference {
  unit: string;
  values: number[];
  disturbance: number;
}

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
    const { house, folder } = this.bench;
    const database = house.referenceDatabase;
    await asAdmin(database, (client) => client.query(`${TABLES}; checkpoint`));
    await this.bench.quiet();
    const isThere = await hasPgbench();
    this.tool = isThere ? 'pgbench' : 'a loop of our own, pgbench being missing';
    const seconds = this.bench.wishes.smoke ? 1 : 8;
    const { value: cycles, spent } = await this.bench.measure(name, () =>
      isThere ? byPgbench(database, statements, seconds, folder) : byLoop(database, statements, seconds),
    );
    return { cycles, disturbance: spent.disturbance, postgres: spent.cpu.postgres ?? 0 };
  }

  private note(id: ReferenceId, unit: string, value: number, disturbance: number): void {
    const known = (this.all[id] ??= { unit, values: [], disturbance: 0 });
    known.values.push(value);
    known.disturbance = Math.max(known.disturbance, disturbance);
  }
}
