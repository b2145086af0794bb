export * from './embedded-postgres.js';
export * from './local-kafka.js';
export * from './free-port.js';
export { isAlive } from './orphan.js';
