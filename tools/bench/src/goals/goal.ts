import type { GoalId } from '../arguments.js';
import type { Bench } from '../bench.js';
import type { ReferenceId } from '../references/references.js';

/** A figure, what it is held against, and the bar. */
export interface Finding {
  goal: GoalId;
  text: string;
  figure: number;
  unit: string;
  /** A reference by its name, or one that this goal measured itself; without it the figure is held against the bar. */
  against?: ReferenceId | { name: string; value: number; unit: string };
  bar?: number;
  stretch?: number;
  /** Is more better, or less? */
  better: 'more' | 'less';
  /** Share of the machine that others took while it was measured. */
  disturbance: number;
  note?: string;
}

/** This cannot be measured in this run, and why that is in order. */
export class Skipped extends Error {}

export interface Goal {
  id: GoalId;
  needs: readonly ReferenceId[];
  measure(bench: Bench): Promise<Finding[]>;
}
