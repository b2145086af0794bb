import type { JobState } from '@lianban/contracts';
import { ProviderRefused } from './utility-driver.js';

const WITHOUT_EFFECT: readonly JobState[] = ['cancelled', 'refused', 'failed'];
const DONE: readonly JobState[] = ['completed', 'partly-completed'];

/** Has a second order come to an end by which nothing is done? @throws ProviderRefused where it was done */
export function isWithdrawn(state: JobState | undefined): boolean {
  if (state && DONE.includes(state)) throw new ProviderRefused('withdrawal-too-late');
  return state !== undefined && WITHOUT_EFFECT.includes(state);
}

/** The order that an operation is about, of those that a provider made for one placement: that with the number, else the first kept. */
export function orderMeant<T>(
  orders: readonly T[],
  numberOf: (order: T) => string,
  isKept: (order: T) => boolean,
  reference: string | null | undefined,
): T | undefined {
  return orders.find((each) => numberOf(each) === reference) ?? orders.find(isKept) ?? orders[0];
}
