import { Inject, Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { Utility } from '@lianban/contracts';
import type { Work } from '@lianban/messaging';
import { v7 } from 'uuid';
import { UTILITY } from '../adapter.js';
import { DeliveryBell } from '../deliveries/delivery-bell.js';
import type { Context } from './context.js';
import { JobBook } from './job-book.js';
import { isOpen, type JobFile } from './job-file.js';
import { isAsAssumed, progressOf } from './progress-of.js';

const hasDue = ({ placements }: JobFile): boolean => placements.some(({ operation }) => isOpen(operation));

/** Opens files, lets a decision change them, stores them and says what changed: the frame of every use case here. */
@Injectable()
export class Jobs {
  constructor(
    private readonly catalogue: Catalogue,
    @Inject(UTILITY) private readonly utility: Utility,
    private readonly bell: DeliveryBell,
  ) {}

  /** `decide` sees the files of these requests that exist, or all of them where `make` says so. */
  async change(
    { manager, publish, now, afterCommit }: Work,
    requestIds: Iterable<string>,
    decide: (files: Map<string, JobFile>, context: Context) => void | Promise<void>,
    { make = false } = {},
  ): Promise<void> {
    const book = new JobBook(manager);
    const files = await (make ? book.openOrMake(requestIds) : book.open(requestIds));
    await decide(files, { now, catalogue: this.catalogue, newId: v7 });
    const changed = [...files.values()].filter(book.hasChanged);
    const news = changed.filter((file) => file.version > 0 || !isAsAssumed(file));
    for (const file of news) file.version += 1;
    publish(news.map((file) => progressOf(file, this.utility)));
    await book.store(changed);
    if (changed.some(hasDue)) afterCommit(() => this.bell.nudge());
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
