export default {
  // Outlasts a run; what is temporary does not.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testRunner: '<rootDir>/jest.runner.js',
  testSequencer: '<rootDir>/jest.sequencer.cjs',
  transform: {},
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools'],
  testMatch: ['**/{src,pages}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.(db|kafka|flow)\\.spec\\.ts$'],
  modulePathIgnorePatterns: ['/dist/'],
};
