import { soundWays, type Ways } from '../ways.js';

/** Faults that the promises must find, by name. */
export const planted: Record<string, Ways> = { none: soundWays };
