import { Inject, Injectable } from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import { SnapshotSource, type SnapshotPage, type UnitOfWork } from '@lianban/messaging';
import { REQUEST_REPOSITORY, type OpenRequestRepository } from './routed-requests.js';
import { toStatusEvent } from './status-event.js';

/** The status of every request. */
@Injectable()
export class StatusSnapshots extends SnapshotSource {
  constructor(
    private readonly catalogue: Catalogue,
    @Inject(REQUEST_REPOSITORY) private readonly openRepository: OpenRequestRepository,
  ) {
    super();
  }

  async page(
    { manager, now }: UnitOfWork,
    after: string,
    limit: number,
    changedOn?: string,
  ): Promise<SnapshotPage> {
    const rows = await manager.query<{ request_id: string }[]>(
      `select request_id from routed_request where request_id > $1 ${changedOn ? 'and changed_on = $3' : ''}
       order by request_id limit $2`,
      [after, limit, ...(changedOn ? [changedOn] : [])],
    );
    const ids = rows.map(({ request_id }) => request_id);
    const requests = await this.openRepository({ manager }).load(ids);
    const events = [...requests.values()].map((request) =>
      toStatusEvent(request, now, this.catalogue.calendar),
    );
    return { events, last: ids.at(-1) };
  }
}
