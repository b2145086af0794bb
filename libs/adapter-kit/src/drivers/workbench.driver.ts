import type { UtilityDriver } from './utility-driver.js';

/** A provider without any system: its officers find the job on the workbench, so telling them is writing it down. */
export const workbenchDriver: UtilityDriver = {
  retrySafety: 'idempotency-key',
  place: async ({ operation }) => ({ reference: `WB-${operation.slice(-8).toUpperCase()}` }),
  correct: async () => ({}),
  withdraw: async () => ({}),
};
