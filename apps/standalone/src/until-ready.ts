import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;
const MAX_LOOKS = 600;

/** Waits until a child process that listens on this port of 127.0.0.1 says that it is ready; throws after a minute. */
export async function untilReady(port: number): Promise<void> {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const isReady = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`the process on port ${port} did not become ready within a minute; its log says why`);
}
