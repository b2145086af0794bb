import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Provider } from '@lianban/catalogue';
import type { DialectContext } from '../operations/accept-operation.js';
import { takeOperation } from '../operations/take-operation.js';
import { readOrderFile, toOperation } from './order-file.js';
import { toReplyFile, type ReplyRow } from './reply-file.js';

const GATHER_MS = 100;

/** The folders of one company on disk: it takes the files that lie in one, and lays its replies into the other. */
export class CompanyFolder {
  private readonly inFolder: string;
  private readonly outFolder: string;
  private taking = Promise.resolve();
  private rows: ReplyRow[] = [];
  private writing?: Promise<void>;
  private written = 0;

  /** @param root what the company calls `/` */
  constructor(
    readonly provider: Provider,
    readonly root: string,
    private readonly context: DialectContext,
  ) {
    const base = join(root, provider.endpoint ?? '');
    this.inFolder = join(base, 'in');
    this.outFolder = join(base, 'out');
    for (const folder of [this.inFolder, this.outFolder])
      for (const inside of ['done', 'failed']) mkdirSync(join(folder, inside), { recursive: true });
  }

  /** Takes every file that lies there, one after another. */
  take(): void {
    this.taking = this.taking.then(() => this.takeAll());
  }

  private async takeAll(): Promise<void> {
    for (const name of readdirSync(this.inFolder)
      .filter((each) => each.endsWith('.xlsx'))
      .toSorted()) {
      const { takeAfterMs } = this.context.faults.of(this.provider.id);
      if (takeAfterMs > 0) await pause(takeAfterMs, undefined, { ref: false });
      const path = join(this.inFolder, name);
      const done = join(this.inFolder, 'done', name);
      // A name that it has had before.
      if (existsSync(done)) rmSync(path);
      else {
        await this.takeFile(path).then(
          () => renameSync(path, done),
          () => renameSync(path, join(this.inFolder, 'failed', name)),
        );
      }
    }
  }

  private async takeFile(path: string): Promise<void> {
    const { providerState } = this.context.eventLog;
    const { id } = this.provider;
    for (const each of await readOrderFile(readFileSync(path))) {
      const known = providerState.placement(id, each.row.外部编号 ?? '');
      const operation = toOperation(id, each, known);
      if (operation) takeOperation(this.context, operation, JSON.stringify(each));
    }
  }

  /** Ends when the row lies in a reply; rows that come together lie in one. */
  reply(row: ReplyRow): Promise<void> {
    this.rows.push(row);
    this.writing ??= pause(GATHER_MS, undefined, { ref: false }).then(() => this.writeReply());
    return this.writing;
  }

  private async writeReply(): Promise<void> {
    const rows = this.rows.splice(0);
    this.writing = undefined;
    const name = `reply-${Date.now()}-${String(++this.written).padStart(6, '0')}.xlsx`;
    const path = join(this.outFolder, name);
    writeFileSync(`${path}.part`, await toReplyFile(this.provider, rows));
    renameSync(`${path}.part`, path);
  }
}
