import type { Effect, Facts, Observation } from './facts.js';

export const PHONE = '13100000001';
export const NUMBER = 'LB370102-20261123-J-00001-A';
export const REQUEST = '01a20772-0000-7000-8000-000000000001';

export const RECEIPT = JSON.stringify({ requestId: REQUEST, receiptNumber: NUMBER, queryCode: 'code' });

export const anObservation = (phase: string, states: Record<string, string> = {}, at = 0): Observation => ({
  receiptNumber: NUMBER,
  at,
  phase,
  states: { water: 'placed', gas: 'placed', ...states },
  reached: 0,
});

export const ENDED = anObservation('ended', { water: 'completed', gas: 'completed' });

export const anEffect = (changes: Partial<Effect> = {}): Effect => ({
  provider: 'jinan-water',
  placement: `${REQUEST}:water:1`,
  operation: 'operation-1',
  kind: 'place',
  ...changes,
});

const OF_GAS = anEffect({ provider: 'jinan-gas', placement: `${REQUEST}:gas:1`, operation: 'operation-2' });

/** The facts of a run of one request of two parts that went as it should. */
export const someFacts = (changes: Partial<Facts> = {}): Facts => ({
  registrations: [{ key: 'key-1', phone: PHONE, receipts: [RECEIPT, RECEIPT] }],
  answers: [{ endpoint: 'POST /v1/requests', status: 201 }],
  observations: [anObservation('registered'), anObservation('under-way', { water: 'in-progress' }), ENDED],
  effects: [anEffect(), OF_GAS],
  texts: [{ id: 'text-1', to: PHONE, text: `[Lianban] ${NUMBER} is completed. Thank you.` }],
  parked: [],
  findings: [],
  lookUpProviders: ['jinan-gas'],
  hadFreeze: false,
  documented: ['not-found', 'shutting-down'],
  ...changes,
});

/** The provider that can only be asked did the same placement twice. */
export const TWICE_BY_GAS = [anEffect(), OF_GAS, { ...OF_GAS }];
