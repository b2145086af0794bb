import { Inject, Injectable } from '@nestjs/common';
import type { Utility } from '@lianban/contracts';
import { SnapshotSource, type SnapshotPage, type UnitOfWork } from '@lianban/messaging';
import { UTILITY } from '../adapter.js';
import { JobRepository } from './job.repository.js';
import { toProgressEvent } from './progress-event.js';

/** Every job of this adapter, as it stands. */
@Injectable()
export class JobSnapshots extends SnapshotSource {
  constructor(@Inject(UTILITY) private readonly utility: Utility) {
    super();
  }

  async page({ manager }: UnitOfWork, after: string, limit: number): Promise<SnapshotPage> {
    const rows = await manager.query<{ request_id: string }[]>(
      'select distinct request_id from placement where request_id > $1 order by request_id limit $2',
      [after, limit],
    );
    const ids = rows.map(({ request_id }) => request_id);
    const files = await new JobRepository(manager, this.utility).load(ids);
    const told = [...files.values()].filter(
      ({ version, placements }) => version > 0 && placements.length > 0,
    );
    return { events: told.map((file) => toProgressEvent(file, this.utility)), last: ids.at(-1) };
  }
}
