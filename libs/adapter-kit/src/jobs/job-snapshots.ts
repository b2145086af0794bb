import { Inject, Injectable } from '@nestjs/common';
import { SnapshotSource, type SnapshotPage, type UnitOfWork } from '@lianban/messaging';
import { JOB_REPOSITORY, type OpenJobRepository } from './job-store.js';
import { toProgressEvent } from './progress-event.js';

/** Every job of this adapter, as it stands. */
@Injectable()
export class JobSnapshots extends SnapshotSource {
  constructor(@Inject(JOB_REPOSITORY) private readonly openRepository: OpenJobRepository) {
    super();
  }

  async page(
    { manager }: UnitOfWork,
    after: string,
    limit: number,
    changedOn?: string,
  ): Promise<SnapshotPage> {
    const rows = await manager.query<{ request_id: string }[]>(
      `select distinct request_id from placement where request_id > $1 ${changedOn ? 'and changed_on = $3' : ''}
       order by request_id limit $2`,
      [after, limit, ...(changedOn ? [changedOn] : [])],
    );
    const ids = rows.map(({ request_id }) => request_id);
    const jobs = await this.openRepository({ manager }).load(ids);
    const published = [...jobs.values()].filter(({ version }) => version > 0);
    return { events: published.map(toProgressEvent), last: ids.at(-1) };
  }
}
