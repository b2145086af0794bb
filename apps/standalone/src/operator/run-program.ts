import { ConfigInvalid, Log, RepeatedWarning, type Environment } from '@lianban/service-kit';
import { setTimeout as pause } from 'node:timers/promises';

const RETRY_MS = 1_000;

/** A program for operators: does one thing and ends, at once on a signal. */
export async function runProgram(
  env: Environment,
  act: (env: Environment, log: Log) => Promise<void>,
): Promise<void> {
  const log = Log.to(undefined, env.LOG_LEVEL);
  process.on('SIGTERM', () => process.exit(143));
  process.on('SIGINT', () => process.exit(130));
  try {
    await act(env, log);
  } catch (error) {
    if (error instanceof ConfigInvalid) log.fatal(error.message);
    else log.fatal('the program failed', error);
    process.exitCode = 1;
  }
}

/** Tries until it is there, and says once in half a minute why it is not. */
export async function untilThere<T>(
  log: Log,
  what: string,
  open: () => Promise<T>,
  isWorthWaiting: (error: unknown) => boolean = () => true,
): Promise<T> {
  for (const warning = new RepeatedWarning((message) => log.warn(message)); ; await pause(RETRY_MS)) {
    try {
      return await open();
    } catch (error) {
      if (!isWorthWaiting(error)) throw error;
      warning.say(`waiting for ${what}: ${(error as Error).message}`);
    }
  }
}
