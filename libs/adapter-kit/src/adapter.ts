import type { Utility } from '@lianban/contracts';

/** Token of what an adapter is about. */
export const UTILITY = Symbol('utility');

export const serviceName = (utility: Utility): string => `adapter-${utility}`;
