import { deliveryFaults } from './delivery-faults.js';
import { reportFaults } from './report-faults.js';
import { transportFaults } from './transport-faults.js';
import type { Ways } from '../ways.js';

/** Faults that the promises must find, by name: each changes one decision or one store, and nothing else. */
export const planted: Record<string, Ways> = { ...transportFaults, ...deliveryFaults, ...reportFaults };
