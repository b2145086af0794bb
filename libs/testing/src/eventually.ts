import { setTimeout as pause } from 'node:timers/promises';

const FIRST_PAUSE_MS = 10;
/** Looking costs those who are waited for: the longer it takes already, and the longer a look takes, the more seldom. */
const GROWTH = 1.2;
const MAX_PAUSE_MS = 100;

/**
 * Waits until `check` no longer throws and returns its result; after `limit` ms throws its last error. The limit only
 * ends a hopeless wait; nothing asserts how long it took.
 */
export async function eventually<T>(check: () => T | Promise<T>, limit = 30_000): Promise<T> {
  const end = Date.now() + limit;
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * GROWTH, MAX_PAUSE_MS)) {
    const from = Date.now();
    try {
      return await check();
    } catch (error) {
      const now = Date.now();
      if (now > end) throw error;
      await pause(Math.max(wait, 2 * (now - from)));
    }
  }
}
