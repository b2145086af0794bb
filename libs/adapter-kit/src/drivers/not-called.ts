import type { Accepted, UtilityDriver } from './utility-driver.js';

const neverCalled = (): Promise<Accepted> => Promise.reject(new Error('this provider is not called'));

/** Of a driver whose provider is not called with one operation at a time. */
export const NOT_CALLED: Pick<UtilityDriver, 'place' | 'correct' | 'withdraw'> = {
  place: neverCalled,
  correct: neverCalled,
  withdraw: neverCalled,
};
