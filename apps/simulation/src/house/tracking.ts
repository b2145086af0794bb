import type { JobProgressed, RequestEvent } from '@lianban/contracts';
import type { Snapshots } from '@lianban/tracking/pure';
import type { World } from '../world.js';
import { Store, type Said, type Work } from './store.js';

interface Kept {
  attempt: number;
  version: number;
  body: RequestEvent;
}

/** Tracking over rows in memory: of every source the highest attempt and version. */
export class Tracking {
  readonly store = new Store('tracking', () => undefined);

  constructor(private readonly world: World) {}

  /** What is known of a request; undefined before intake's word has come. */
  snapshotsOf(requestId: string): Snapshots | undefined {
    const rows = this.store.rows.get(requestId) as Record<string, Kept> | undefined;
    if (!rows?.request) return undefined;
    return Object.fromEntries(Object.entries(rows).map(([source, { body }]) => [source, body])) as Snapshots;
  }

  hear(records: readonly Said[], work: Work): void {
    for (const record of records) {
      const { source, ...kept } = snapshotOf(record);
      const rows = work.get<Record<string, Kept>>(record.requestId) ?? {};
      const before = rows[source];
      if (before && !this.world.ways.isNewer(kept, before)) continue;
      work.put(record.requestId, { ...rows, [source]: kept });
      work.afterCommit(() =>
        this.world.promises.stored.keepVersion(`tracking ${record.requestId} ${source}`, kept),
      );
    }
    for (const requestId of work.rows.keys())
      work.afterCommit(() => this.world.promises.seen.look(requestId, this.snapshotsOf(requestId)));
  }
}

function snapshotOf({ type, body }: Said): Kept & { source: string } {
  const event = JSON.parse(body) as JobProgressed;
  if (type === 'JobProgressed')
    return { source: event.utility, attempt: event.attempt, version: event.version, body: event };
  const source = type === 'RequestChanged' ? 'request' : 'decision';
  return { source, attempt: 1, version: event.version, body: event };
}
