import type { RequestStatusChanged } from '@lianban/contracts';
import type { World } from '../world.js';
import { Store, type Said, type Work } from './store.js';

/** Tracking over rows in memory: of each request the status with the highest version. */
export class Tracking {
  readonly store = new Store('tracking', () => undefined);

  constructor(private readonly world: World) {}

  /** What is shown of a request; undefined before its first status has come. */
  statusOf(requestId: string): RequestStatusChanged | undefined {
    return this.store.rows.get(requestId) as RequestStatusChanged | undefined;
  }

  hear(records: readonly Said[], work: Work): void {
    for (const { requestId, body } of records) {
      const status = JSON.parse(body) as RequestStatusChanged;
      const before = work.get<RequestStatusChanged>(requestId);
      if (before && !this.world.ways.isNewer(status.version, before.version)) continue;
      work.put(requestId, status);
      const { promises } = this.world;
      const { version } = status;
      work.afterCommit(() => promises.stored.keepVersion(`tracking ${requestId}`, { attempt: 1, version }));
    }
    for (const requestId of work.rows.keys())
      work.afterCommit(() => this.world.promises.seen.look(requestId, this.statusOf(requestId)));
  }
}
