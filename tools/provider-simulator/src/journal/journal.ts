import { createReadStream, existsSync, mkdirSync, openSync, renameSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * A file of JSON lines, one per entry. A line is with the operating system before `write` is over, so it
 * outlives the process, however that ends; only the machine's own end may take the last ones.
 */
export class Journal<Entry> {
  private constructor(private readonly file: number) {}

  /** What was written before, oldest first. A last line that was cut off was never answered, and is left out. */
  static async *read<Entry>(folder: string): AsyncGenerator<Entry> {
    const path = join(folder, 'journal.jsonl');
    if (!existsSync(path)) return;
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const entry = parse<Entry>(line);
      if (entry) yield entry;
    }
  }

  /** Begins anew with a summary of what was, so that the file does not grow with every start. */
  static begin<Entry>(folder: string, summary: Iterable<Entry>): Journal<Entry> {
    mkdirSync(folder, { recursive: true });
    const fresh = join(folder, 'journal.new');
    const journal = new Journal<Entry>(openSync(fresh, 'w'));
    for (const entry of summary) journal.write(entry);
    renameSync(fresh, join(folder, 'journal.jsonl'));
    return journal;
  }

  write(entry: Entry) {
    writeSync(this.file, `${JSON.stringify(entry)}\n`);
  }

  close() {
    closeSync(this.file);
  }
}

function parse<Entry>(line: string): Entry | undefined {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}
