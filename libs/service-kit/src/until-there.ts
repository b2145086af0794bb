import { setTimeout as pause } from 'node:timers/promises';
import { classifyDatabaseError } from './database/failure-kind.js';
import { RepeatedWarning } from './repeated-warning.js';

const RETRY_MS = 1_000;

/**
 * Tries until it works. `warn` is told why it does not, at once and every half a minute.
 * @param what names what is waited for
 * @param isWorthWaiting which errors are waited out; others are thrown
 */
export async function untilThere<T>(
  warn: (message: string) => void,
  what: string,
  act: () => Promise<T>,
  isWorthWaiting: (error: unknown) => boolean = () => true,
): Promise<T> {
  for (const warning = new RepeatedWarning(warn); ; await pause(RETRY_MS)) {
    try {
      return await act();
    } catch (error) {
      if (!isWorthWaiting(error)) throw error;
      warning.say(`waiting for ${what}: ${(error as Error).message}`);
    }
  }
}

/** The same for what needs the database, which can go away at any moment of a start. */
export const untilDatabaseAnswers = <T>(warn: (message: string) => void, act: () => Promise<T>): Promise<T> =>
  untilThere(warn, 'the database', act, (error) => classifyDatabaseError(error) === 'away');
