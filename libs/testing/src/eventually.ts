import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `check` no longer throws and returns its result; after `limit` ms throws its last error. The limit only
 * ends a hopeless wait; nothing asserts how long it took.
 */
export async function eventually<T>(check: () => T | Promise<T>, limit = 30_000): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(20);
    }
  }
}
