import type { Utility } from '@lianban/contracts';

/** Token of what an adapter is about. */
export const UTILITY = Symbol('utility');

export const serviceOf = (utility: Utility): string => `adapter-${utility}`;
