import { counts } from './counts.js';
import type { Goal } from './goal.js';
import { p1 } from './p1-registered.js';
import { p10 } from './p10-growth.js';
import { p11 } from './p11-overload.js';
import { p12 } from './p12-silent.js';
import { p13 } from './p13-idle.js';
import { p14 } from './p14-dialects.js';
import { p2 } from './p2-throughput.js';
import { p3 } from './p3-completed.js';
import { p4 } from './p4-latency.js';
import { p5 } from './p5-endurance.js';
import { p6 } from './p6-reads.js';
import { p7 } from './p7-cpu.js';
import { p8 } from './p8-memory.js';
import { p9 } from './p9-start.js';
import { web } from './web.js';

/** In the order in which they are measured: what is about rest comes before the load, what fills the tables last. */
export const ALL_GOALS: readonly Goal[] = [
  p13,
  p9,
  web,
  p8,
  p2,
  p7,
  p6,
  p4,
  p1,
  p3,
  p11,
  p12,
  p14,
  p5,
  p10,
  counts,
];
