import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault.js';

const PIECE = Buffer.alloc(1 << 20);
/** Once more and smaller, until not a block is left. */
const CRUMB = Buffer.alloc(4 << 10);
const TOP_UP = 100;

/** The disk of PostgreSQL or of Kafka is full for a while: a file takes all that is left. */
export const disk: Fault = {
  choose: (random) => ({ target: random.pick(['postgres', 'kafka']), lasts: random.whole(2_000, 5_000) }),
  async strike({ disks, postgres, kafka }, { target, lasts }) {
    const folder = disks.get(target as 'postgres' | 'kafka');
    if (!folder) return 'no small disk could be mounted';
    const file = join(folder, 'filler');
    for (const end = Date.now() + lasts; Date.now() < end; await pause(TOP_UP)) fill(file);
    rmSync(file, { force: true });
    const engine = target === 'postgres' ? postgres : kafka!;
    const freedAt = Date.now();
    if (!engine.isUp()) await engine.untilUp(freedAt);
  },
};

function fill(path: string): void {
  const file = openSync(path, 'a');
  for (const piece of [PIECE, CRUMB]) {
    try {
      for (;;) writeSync(file, piece);
    } catch {
      continue;
    }
  }
  closeSync(file);
}
