import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('./.swcrc', import.meta.url), 'utf8'));
delete swc.$schema;

export default {
  // Outlasts a run; what is temporary does not.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['lianban-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  resolver: '<rootDir>/jest.resolver.cjs',
  testSequencer: '<rootDir>/jest.sequencer.cjs',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  testMatch: ['**/{src,pages}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.(db|kafka|flow)\\.spec\\.ts$'],
  modulePathIgnorePatterns: ['/dist/'],
};
