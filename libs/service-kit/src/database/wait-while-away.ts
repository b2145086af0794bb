import { setTimeout as pause } from 'node:timers/promises';
import { classifyDatabaseError } from './failure-kind.js';

const RETRY_MS = 1_000;
const WARN_INTERVAL_MS = 30_000;

/**
 * Tries until the database can be reached. `warn` is told for what it waits, at once and every half a minute.
 * @param isAway which errors are waited out; others are thrown
 */
export async function waitWhileAway<T>(
  act: () => Promise<T>,
  warn: (sentence: string) => void,
  isAway = (error: unknown): boolean => classifyDatabaseError(error) === 'away',
  what = 'the database',
): Promise<T> {
  for (let told = -Infinity; ; await pause(RETRY_MS)) {
    try {
      return await act();
    } catch (error) {
      if (!isAway(error)) throw error;
      if (performance.now() - told < WARN_INTERVAL_MS) continue;
      told = performance.now();
      warn(`waiting for ${what}: ${(error as Error).message || (error as { code?: string }).code}`);
    }
  }
}
