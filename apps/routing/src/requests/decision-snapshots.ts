import { Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { SnapshotSource, type SnapshotPage, type UnitOfWork } from '@lianban/messaging';
import { decisionOf } from './decision-of.js';
import { RequestBook } from './request-book.js';

/** What has been decided about each request, as it stands. */
@Injectable()
export class DecisionSnapshots extends SnapshotSource {
  constructor(private readonly catalogue: Catalogue) {
    super();
  }

  async page({ manager, now }: UnitOfWork, after: string, limit: number): Promise<SnapshotPage> {
    const rows = await manager.query<{ request_id: string }[]>(
      'select request_id from routed_request where request_id > $1 order by request_id limit $2',
      [after, limit],
    );
    const ids = rows.map(({ request_id }) => request_id);
    const files = await new RequestBook(manager).open(ids);
    const decided = [...files.values()].filter(({ version }) => version > 0);
    const events = decided.map((file) => decisionOf(file, now, this.catalogue.calendar));
    return { events, last: ids.at(-1) };
  }
}
