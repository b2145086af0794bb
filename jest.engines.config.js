import base from './jest.config.js';

/** The specs that need a real PostgreSQL, a real Kafka, or processes. Each has databases, topics and ports of its own, so four run at once on two cores: many of them wait for time-outs and leases. */
export default {
  ...base,
  testMatch: ['**/src/**/*.{db,kafka,flow}.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: 4,
};
