import type { Utility } from '@lianban/contracts';

/** Tokens of what an adapter is about. */
export const UTILITY = Symbol('utility');
export const CATALOGUE = Symbol('catalogue');

export const serviceOf = (utility: Utility): string => `adapter-${utility}`;
