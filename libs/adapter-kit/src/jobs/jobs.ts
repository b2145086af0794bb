import { Inject, Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import type { Work } from '@lianban/messaging';
import { v7 } from 'uuid';
import { UTILITY } from '../adapter.js';
import type { Context } from './context.js';
import { JobBook } from './job-book.js';
import type { JobFile } from './job-file.js';
import { progressOf } from './progress-of.js';

/** Opens files, lets a decision change them, stores them and says what changed: the frame of every use case here. */
@Injectable()
export class Jobs {
  constructor(
    private readonly catalogue: Catalogue,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {}

  /** `decide` sees the files of these requests that exist, or all of them where `make` says so. */
  async change(
    { manager, publish, now }: Work,
    requestIds: Iterable<string>,
    decide: (files: Map<string, JobFile>, context: Context) => void,
    { make = false } = {},
  ): Promise<void> {
    const book = new JobBook(manager);
    const files = await (make ? book.openOrMake(requestIds) : book.open(requestIds));
    decide(files, { now, catalogue: this.catalogue, newId: v7 });
    const changed = [...files.values()].filter(book.hasChanged);
    for (const file of changed) file.version += 1;
    publish(changed.map((file) => progressOf(file, this.utility)));
    await book.store(changed);
  }

  /** Shows one file under its lock, for a change that is nobody else's news. */
  async look(
    { manager }: Work,
    requestId: string,
    see: (files: Map<string, JobFile>) => void,
  ): Promise<void> {
    see(await new JobBook(manager).open([requestId]));
  }
}
