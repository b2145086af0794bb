import type { RequestStatusChanged } from '@lianban/contracts';
import type { World } from '../world.js';
import { Store, type OutboxRow, type UnitOfWork } from './store.js';

/** Tracking over rows in memory: of each request the status with the highest version. */
export class Tracking {
  readonly store = new Store('tracking', () => undefined);

  constructor(private readonly world: World) {}

  /** What is shown of a request; undefined before its first status has come. */
  statusOf(requestId: string): RequestStatusChanged | undefined {
    return this.store.rows.get(requestId) as RequestStatusChanged | undefined;
  }

  handle(records: readonly OutboxRow[], unitOfWork: UnitOfWork): void {
    for (const { requestId, body } of records) {
      const status = JSON.parse(body) as RequestStatusChanged;
      const before = unitOfWork.get<RequestStatusChanged>(requestId);
      if (before && !this.world.implementations.isNewer(status.version, before.version)) continue;
      unitOfWork.put(requestId, status);
      const { invariants } = this.world;
      const { version } = status;
      unitOfWork.afterCommit(() =>
        invariants.storage.keepVersion(`tracking ${requestId}`, { attempt: 1, version }),
      );
    }
    for (const requestId of unitOfWork.rows.keys())
      unitOfWork.afterCommit(() => this.world.invariants.statuses.check(requestId, this.statusOf(requestId)));
  }
}
