import type { FaultType } from './fault.js';

/** `kill -9` of PostgreSQL with all its back ends; it comes back on its folder. */
export const postgres: FaultType = {
  choose: () => ({ durationMs: 0 }),
  async inject(stack) {
    const injectedAt = Date.now();
    await stack.postgres.kill();
    await stack.postgres.untilUp(injectedAt);
  },
};

/** `kill -9` of Kafka; it comes back on its folder. */
export const kafka: FaultType = {
  choose: () => ({ durationMs: 0 }),
  async inject({ kafka: broker }) {
    if (!broker) return 'this Kafka is not ours to kill';
    const injectedAt = Date.now();
    await broker.kill();
    return broker.untilUp(injectedAt);
  },
};
