import { ConfigInvalid, type Log } from '@lianban/service-kit';

type Stop = () => unknown;

/** Runs `start`, waits for Ctrl-C or SIGTERM, then undoes what was started, the last first. */
export async function runUntilSignal(log: Log, start: (stops: Stop[]) => Promise<void>): Promise<void> {
  const stops: Stop[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopAll(stops, log));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void stop().then(() => process.exit(0)));
  try {
    await start(stops);
  } catch (error) {
    if (stopping) return;
    process.stderr.write(`\n${error instanceof ConfigInvalid ? error.message : (error as Error).message}\n`);
    log.debug('the start failed', error);
    await stop();
    process.exit(1);
  }
}

async function stopAll(stops: Stop[], log: Log): Promise<void> {
  for (const stop of stops.toReversed())
    await Promise.resolve(stop()).catch((error: Error) =>
      log.warn('something did not stop as it should', error),
    );
}
