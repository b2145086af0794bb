import base from './jest.config.js';

/** The specs that need a real PostgreSQL, a real Kafka, or processes. Each has databases, topics and ports of its own, so three run at once: they wait for each other's processes more than they compute. */
export default {
  ...base,
  testMatch: ['**/src/**/*.{db,kafka,flow}.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: 3,
};
