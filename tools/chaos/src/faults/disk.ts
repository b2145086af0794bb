import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FaultType } from './fault.js';

const LARGE_BLOCK = Buffer.alloc(1 << 20);
/** Once more and smaller, until not a block is left. */
const SMALL_BLOCK = Buffer.alloc(4 << 10);
const REFILL_INTERVAL_MS = 100;

/** The disk of PostgreSQL or of Kafka is full for a while: a file takes all that is left. */
export const disk: FaultType = {
  choose: (random) => ({
    target: random.pick(['postgres', 'kafka']),
    durationMs: random.whole(2_000, 5_000),
  }),
  async inject({ disks, postgres, kafka }, { target, durationMs }) {
    const folder = disks.get(target as 'postgres' | 'kafka');
    if (!folder) return 'no small disk could be mounted';
    const file = join(folder, 'filler');
    for (const end = Date.now() + durationMs; Date.now() < end; await pause(REFILL_INTERVAL_MS)) fill(file);
    rmSync(file, { force: true });
    const engine = target === 'postgres' ? postgres : kafka!;
    const freedAt = Date.now();
    if (!engine.isUp()) await engine.untilUp(freedAt);
  },
};

function fill(path: string): void {
  const file = openSync(path, 'a');
  for (const piece of [LARGE_BLOCK, SMALL_BLOCK]) {
    try {
      for (;;) writeSync(file, piece);
    } catch {
      continue;
    }
  }
  closeSync(file);
}
