import type { Goal } from './goal.js';
import { p2 } from './p2-carried.js';
import { p7 } from './p7-cpu.js';

/** In the order in which they are measured. */
export const ALL_GOALS: readonly Goal[] = [p2, p7];
