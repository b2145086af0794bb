import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `look` no longer throws and answers what it gave; after `limit` ms throws its last complaint. The limit only
 * ends a hopeless wait; nothing asserts how long it took.
 */
export async function eventually<T>(look: () => T | Promise<T>, limit = 30_000): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(20);
    }
  }
}
