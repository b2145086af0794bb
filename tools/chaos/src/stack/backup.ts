import { execFile } from 'node:child_process';
import { appendFile, chmod, chown, cp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { asAdmin, type RunningPostgres } from '@lianban/engines';

const run = promisify(execFile);

/** Where PostgreSQL puts each finished segment of its log. */
export async function archiveFolder(parent: string): Promise<string> {
  const folder = join(parent, 'archive');
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o777);
  return folder;
}

export const archiveSettings = (folder: string): string[] => [
  'archive_mode=on',
  `archive_command=cp %p ${folder}/%f`,
];

/**
 * Copies the files of a running PostgreSQL: a base backup, from which it can be restored with the log written since
 * (its manual, "Making a Base Backup Using the Low Level API").
 */
export async function backUp(postgres: RunningPostgres, folder: string, backup: string): Promise<void> {
  const label = await asAdmin(postgres.adminUrl, async (admin) => {
    await admin.query(`select pg_backup_start('backup', true)`);
    // A file may vanish while it is copied; the log knows it.
    await run('cp', ['-a', folder, backup]).catch(() => {});
    const { rows } = await admin.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    return rows[0]!.labelfile;
  });
  await rm(join(backup, 'postmaster.pid'), { force: true });
  await give(backup, 'backup_label', label);
}

/** Puts a base backup in a folder's place, with the log of the archive and what the lost server had not archived yet. */
export async function restoreTo(
  folder: string,
  { backup, archive, lostLog }: { backup: string; archive: string; lostLog: string },
): Promise<void> {
  await run('cp', ['-a', backup, folder]);
  await rm(join(folder, 'pg_wal'), { recursive: true });
  await cp(lostLog, join(folder, 'pg_wal'), { recursive: true });
  const { uid, gid } = await stat(join(folder, 'PG_VERSION'));
  await run('chown', ['-R', `${uid}:${gid}`, join(folder, 'pg_wal')]);
  await appendFile(join(folder, 'postgresql.auto.conf'), `restore_command = 'cp ${archive}/%f %p'\n`);
  await give(folder, 'recovery.signal', '');
}

/** Writes a file that belongs to whom the others belong. */
export async function give(folder: string, name: string, text: string): Promise<void> {
  const { uid, gid } = await stat(join(folder, 'PG_VERSION'));
  await writeFile(join(folder, name), text);
  await chown(join(folder, name), uid, gid);
}
