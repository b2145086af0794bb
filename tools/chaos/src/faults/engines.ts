import type { Fault } from './fault.js';

/** `kill -9` of PostgreSQL with all its back ends; it comes back on its folder. */
export const postgres: Fault = {
  choose: () => ({ lasts: 0 }),
  async strike(house) {
    const struckAt = Date.now();
    await house.postgres.kill();
    await house.postgres.untilUp(struckAt);
  },
};

/** `kill -9` of Kafka; it comes back on its folder. */
export const kafka: Fault = {
  choose: () => ({ lasts: 0 }),
  async strike({ kafka: broker }) {
    if (!broker) return 'this Kafka is not ours to kill';
    const struckAt = Date.now();
    await broker.kill();
    return broker.untilUp(struckAt);
  },
};
