import base from './jest.config.js';

/** The specs that need a real PostgreSQL, a real Kafka, or processes. Each has databases, topics and ports of its own, so two run at once. A third saves a twentieth: the cores are busy. */
export default {
  ...base,
  testMatch: ['**/src/**/*.{db,kafka,flow}.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: 2,
};
