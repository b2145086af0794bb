import { ConfigInvalid, Log, type Environment } from '@lianban/service-kit';

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
