import type { Accepted, UtilityDriver } from './utility-driver.js';

const neverCalled = (): Promise<Accepted> => Promise.reject(new Error('a provider that pulls is not called'));

/** The built-in dialect `feed`: the provider pulls its operations (`PullFeed`) and posts reports; docs/dialects/feed.md. */
export const feedDriver: UtilityDriver = {
  retrySafety: 'idempotency-key',
  pulls: true,
  place: neverCalled,
  correct: neverCalled,
  withdraw: neverCalled,
};
