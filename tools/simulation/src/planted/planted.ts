import { deliveryFaults } from './delivery-faults.js';
import { reportFaults } from './report-faults.js';
import { transportFaults } from './transport-faults.js';
import type { Implementations } from '../implementations.js';

/** Faults that the promises must find, by name: each changes one decision or one store, and nothing else. */
export const planted: Record<string, Implementations> = {
  ...transportFaults,
  ...deliveryFaults,
  ...reportFaults,
};
