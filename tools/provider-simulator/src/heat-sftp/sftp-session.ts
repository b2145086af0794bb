import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';
import type { FaultSettings } from '../faults/fault-settings.js';
import type { CompanyFolder } from './company-folder.js';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

/** Answers a request by this status. */
class Failed extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

interface Handle {
  /** Of an open file. */
  file?: number;
  /** Names that a listing has not told yet. */
  names?: string[];
  path: string;
}

/** SFTP over the folders of one company, with its faults. */
export class SftpSession {
  private readonly handles = new Map<number, Handle>();
  private count = 0;
  private transferredBytes = 0;

  /** @param breakOff ends the connection without an answer */
  constructor(
    private readonly sftp: SFTPWrapper,
    private readonly folder: CompanyFolder,
    private readonly faults: FaultSettings,
    private readonly breakOff: () => void,
  ) {
    sftp.on('REALPATH', (id, path) =>
      this.answer(id, () => this.name(id, [entryOf(posix.resolve('/', path))])),
    );
    for (const event of ['STAT', 'LSTAT'] as const)
      sftp.on(event as 'STAT', (id, path) => this.answer(id, () => this.attributes(id, this.find(path))));
    sftp.on('FSTAT', (id, handle) => this.answer(id, () => this.attributes(id, this.handle(handle).path)));
    sftp.on('OPENDIR', (id, path) =>
      this.answer(id, () => this.open(id, { path: this.find(path), names: readdirSync(this.find(path)) })),
    );
    sftp.on('READDIR', (id, handle) => this.answer(id, () => this.list(id, this.handle(handle))));
    sftp.on('OPEN', (id, path, flags) => this.answer(id, () => this.openFile(id, path, flags)));
    sftp.on('READ', (id, handle, offset, length) =>
      this.answer(id, () => this.read(id, this.handle(handle), offset, length)),
    );
    sftp.on('WRITE', (id, handle, offset, bytes) =>
      this.answer(id, () => this.write(this.handle(handle), offset, bytes)),
    );
    for (const event of ['SETSTAT', 'FSETSTAT'] as const)
      sftp.on(event as 'FSETSTAT', (id) => this.answer(id, () => {}));
    sftp.on('CLOSE', (id, handle) => this.answer(id, () => this.close(handle)));
    sftp.on('RENAME', (id, from, to) => this.answer(id, () => this.rename(from, to)));
    sftp.on('REMOVE', (id, path) => this.answer(id, () => this.remove(path)));
    sftp.on('close', () => {
      for (const { file } of this.handles.values()) if (file !== undefined) closeSync(file);
    });
  }

  /** What answers nothing itself is answered OK. */
  private answer(id: number, act: () => unknown): void {
    if (this.faults.of(this.folder.provider.id).down) return this.breakOff();
    void Promise.resolve()
      .then(act)
      .then(
        (hasAnswered) => hasAnswered === undefined && this.sftp.status(id, STATUS_CODE.OK),
        (error: NodeJS.ErrnoException | Failed) => this.sftp.status(id, statusOf(error)),
      );
  }

  private find(path: string): string {
    return join(this.folder.root, posix.resolve('/', path));
  }

  private handle(bytes: Buffer): Handle {
    const handle = this.handles.get(bytes.readUInt32BE());
    if (!handle) throw new Failed(STATUS_CODE.FAILURE);
    return handle;
  }

  private open(id: number, handle: Handle): true {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(++this.count);
    this.handles.set(this.count, handle);
    this.sftp.handle(id, bytes);
    return true;
  }

  private attributes(id: number, path: string): true {
    this.sftp.attrs(id, attributesOf(path));
    return true;
  }

  private name(id: number, entries: ReturnType<typeof entryOf>[]): true {
    this.sftp.name(id, entries);
    return true;
  }

  private list(id: number, { path, names = [] }: Handle): true {
    if (names.length === 0) throw new Failed(STATUS_CODE.EOF);
    return this.name(
      id,
      names
        .splice(0)
        .filter((name) => existsSync(join(path, name)))
        .map((name) => entryOf(name, join(path, name))),
    );
  }

  private openFile(id: number, name: string, flags: number): true {
    const path = this.find(name);
    const isWritten = (flags & OPEN_MODE.WRITE) !== 0;
    if (isWritten) this.requireWritable();
    return this.open(id, { path, file: openSync(path, isWritten ? 'w' : 'r') });
  }

  private requireWritable(): void {
    const { id } = this.folder.provider;
    if (this.faults.failure(id) !== undefined) throw new Failed(STATUS_CODE.FAILURE);
    if (this.faults.of(id).readOnly) throw new Failed(STATUS_CODE.PERMISSION_DENIED);
  }

  private read(id: number, { file }: Handle, offset: number, length: number): true {
    const bytes = Buffer.alloc(length);
    const read = readSync(file!, bytes, 0, length, offset);
    if (read === 0) throw new Failed(STATUS_CODE.EOF);
    const free = this.transferred(read);
    if (free > 0) this.sftp.data(id, bytes.subarray(0, free));
    if (free < read) this.breakOff();
    return true;
  }

  private write({ file }: Handle, offset: number, bytes: Buffer): void {
    if (this.faults.of(this.folder.provider.id).diskFull) throw new Failed(STATUS_CODE.FAILURE);
    const free = this.transferred(bytes.length);
    writeSync(file!, bytes, 0, free, offset);
    if (free < bytes.length) this.breakOff();
  }

  /** How many of these bytes of a file still go over this connection. */
  private transferred(bytes: number): number {
    const { cutAfterBytes = Infinity } = this.faults.of(this.folder.provider.id);
    const free = Math.min(bytes, cutAfterBytes - this.transferredBytes);
    this.transferredBytes += free;
    return free;
  }

  private close(bytes: Buffer): void {
    const { file } = this.handle(bytes);
    this.handles.delete(bytes.readUInt32BE());
    if (file !== undefined) closeSync(file);
  }

  /** Never over a file that is there. A file under its name is taken. */
  private async rename(from: string, to: string): Promise<void> {
    const { id } = this.folder.provider;
    const { readOnly, delayMs } = this.faults.of(id);
    if (readOnly) throw new Failed(STATUS_CODE.PERMISSION_DENIED);
    if (existsSync(this.find(to))) throw new Failed(STATUS_CODE.FAILURE);
    renameSync(this.find(from), this.find(to));
    if (!from.endsWith('.part')) return;
    this.folder.take();
    const isLost = this.faults.losesAnswer(id);
    if (delayMs > 0) await pause(delayMs, undefined, { ref: false });
    if (isLost) this.breakOff();
  }

  private remove(path: string): void {
    this.requireWritable();
    rmSync(this.find(path));
  }
}

function statusOf(error: NodeJS.ErrnoException | Failed): number {
  if (error instanceof Failed) return error.status;
  return error.code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE;
}

function attributesOf(path: string): Attributes {
  const { mode, uid, gid, size, atimeMs, mtimeMs } = statSync(path);
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1_000), mtime: Math.floor(mtimeMs / 1_000) };
}

/** As a listing shows it. */
function entryOf(filename: string, path?: string) {
  const attrs = path ? attributesOf(path) : ({} as Attributes);
  const type = path && statSync(path).isDirectory() ? 'd' : '-';
  return { filename, longname: `${type}rw-r--r-- 1 heat heat ${attrs.size ?? 0} ${filename}`, attrs };
}
