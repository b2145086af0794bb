import { Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { UnitOfWork } from '@lianban/messaging';
import type { Context } from './context.js';
import { decided, decisionOf } from './decision-of.js';
import { nextLook } from './look-at-clocks.js';
import { RequestBook } from './request-book.js';
import type { RequestFile } from './request-file.js';

/** Opens files, lets a decision change them, stores them and says what was decided: the frame of every use case here. */
@Injectable()
export class Requests {
  constructor(private readonly catalogue: Catalogue) {}

  async change(
    { manager, publish, now }: UnitOfWork,
    open: (book: RequestBook) => Promise<Map<string, RequestFile>>,
    decide: (files: Map<string, RequestFile>, context: Context) => void,
  ): Promise<number> {
    const book = new RequestBook(manager);
    const files = await open(book);
    const before = new Map(
      [...files].map(([id, file]) => [id, { decided: decided(file), row: JSON.stringify(file.jobs) }]),
    );
    decide(files, { now, catalogue: this.catalogue, say: publish });
    const { calendar } = this.catalogue;
    const news = [...files.values()].filter((file) => decided(file) !== before.get(file.requestId)!.decided);
    for (const file of news) file.version += 1;
    publish(news.map((file) => decisionOf(file, now, calendar)));
    const changed = [...files.values()].filter(
      (file) => JSON.stringify(file.jobs) !== before.get(file.requestId)!.row,
    );
    await book.store(changed, (file) => nextLook(file, calendar));
    return files.size;
  }
}
