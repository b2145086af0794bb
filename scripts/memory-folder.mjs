// Where the specs put what need not last: databases, Kafka's logs, folders of stacks.
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const ROOM = 4 * 1024 ** 3;

/**
 * Has everything that is temporary put into memory, where there is room for all of it several times over: most of it is thousands of small
 * files. A run of all specs takes 1 GB at most. Answers how to remove it again.
 */
export function keepTemporaryFilesInMemory() {
  if (process.env.TMPDIR || !existsSync(MEMORY)) return () => {};
  const { bavail, bsize } = statfsSync(MEMORY);
  if (Math.min(bavail * bsize, freemem() - ROOM) < ROOM) return () => {};
  const folder = mkdtempSync(join(MEMORY, 'lianban-'));
  // PostgreSQL runs as a user of its own.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
