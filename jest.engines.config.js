import base from './jest.config.js';

/** The specs that need a real PostgreSQL, a real Kafka, or processes: one after another. */
export default {
  ...base,
  testMatch: ['**/src/**/*.{db,kafka,flow}.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: 1,
};
