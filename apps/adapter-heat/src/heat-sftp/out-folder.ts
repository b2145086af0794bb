import type { PolledReports } from '@lianban/adapter-kit';
import type SftpClient from 'ssh2-sftp-client';
import { UnreadableFile } from './checked-workbook.js';
import { isAnswer } from './company-server.js';
import { readReply, type Reply } from './reply.js';
import { readTable } from './reply-table.js';

/** A name without a path in it. */
const REPLY_NAME = /^[A-Za-z0-9][\w-]{0,99}(\.[\w-]{1,20})*\.(xlsx|csv)$/;
const UPLOADING = /\.part$/;
const MAX_BYTES = 8 * 1024 * 1024;
const FILES_AT_ONCE = 20;

/** Files that have been read, by name, and the folder to which each is moved. */
type Moves = ReadonlyMap<string, string>;

/** Reads the company's replies, in the order of their names; each is moved away once what it says has been stored. */
export class OutFolder {
  /** What an operator has been told and is still so: it is not said at each reading. */
  private told: ReadonlySet<string> = new Set();

  constructor(
    private readonly path: string,
    private readonly reasons: ReadonlyMap<string, string>,
    /** Milliseconds after which no further file is begun in one reading. */
    private readonly patience: number,
  ) {}

  /** @param cursor what was read before: its reports are stored by now, and it was not moved yet */
  async read(client: SftpClient, cursor: string | undefined): Promise<PolledReports> {
    const until = performance.now() + this.patience;
    const files = (await client.list(this.path)).filter(({ type }) => type === '-');
    const names = new Set(files.map(({ name }) => name));
    const known: Moves = new Map([...readMoves(cursor)].filter(([name]) => names.has(name)));
    const left = await this.move(client, known);
    const fresh = files
      .filter(({ name }) => REPLY_NAME.test(name) && !known.has(name))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const replies: Reply[] = [];
    const growing: string[] = [];
    const moves = new Map(left);
    for (const { name, size } of fresh.slice(0, FILES_AT_ONCE)) {
      if (replies.length > 0 && performance.now() > until) break;
      const { reply, folder } = await this.readFile(client, name, size);
      replies.push(reply);
      if (folder) moves.set(name, folder);
      else growing.push(name);
    }
    const lasting = [
      ...[...names].filter((name) => !REPLY_NAME.test(name) && !UPLOADING.test(name)).map(describeName),
      ...growing.map((name) => `${name} is not as long as it was listed`),
      ...[...left].map(([name, folder]) => `${name} cannot be moved to ${folder}`),
    ];
    return {
      reports: replies.flatMap(({ reports }) => reports),
      unreadable: [...replies.flatMap(({ unreadable }) => unreadable), ...this.news(lasting)],
      cursor: JSON.stringify([...moves]),
      hasMore: fresh.length > replies.length && growing.length === 0,
    };
  }

  /** Answers those that the server does not move. */
  private async move(client: SftpClient, moves: Moves): Promise<Moves> {
    const left = new Map<string, string>();
    for (const [name, folder] of moves)
      try {
        await client.rename(`${this.path}/${name}`, `${this.path}/${folder}/${name}`);
      } catch (error) {
        if (!isAnswer(error)) throw error;
        left.set(name, folder);
      }
    return left;
  }

  /** A file that cannot be read does not keep the next one out. */
  private async readFile(
    client: SftpClient,
    name: string,
    size: number,
  ): Promise<{ reply: Reply; folder?: string }> {
    try {
      if (size > MAX_BYTES) throw new UnreadableFile(`is larger than ${MAX_BYTES} bytes`);
      // It may have grown since it was listed.
      const options = { readStreamOptions: { end: MAX_BYTES } };
      const bytes = (await client.get(`${this.path}/${name}`, undefined, options as never)) as Buffer;
      // It is being written under its name, and must not pass for a shorter one.
      if (bytes.length !== size) return { reply: { reports: [], unreadable: [] } };
      return { reply: readReply(name, await readTable(name, bytes), this.reasons), folder: 'done' };
    } catch (error) {
      if (!(error instanceof UnreadableFile) && !isAnswer(error)) throw error;
      const unreadable = [`${name} ${(error as Error).message}`];
      return { reply: { reports: [], unreadable }, folder: 'failed' };
    }
  }

  private news(lasting: readonly string[]): string[] {
    const news = lasting.filter((message) => !this.told.has(message));
    this.told = new Set(lasting);
    return news;
  }
}

const describeName = (name: string): string => `${JSON.stringify(name.slice(0, 80))} has no name of a reply`;

/** Nothing where the cursor is none of ours: then what is there is read again. */
function readMoves(cursor = '[]'): Moves {
  try {
    return new Map(JSON.parse(cursor) as [string, string][]);
  } catch {
    return new Map();
  }
}
