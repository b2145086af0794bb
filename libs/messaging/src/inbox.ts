import type { EntityManager } from 'typeorm';

export interface Sighting {
  id: string;
  time: Date;
}

/** Notes these events as seen and answers the ids of those seen for the first time. */
export async function firstSights(
  manager: EntityManager,
  sightings: readonly Sighting[],
): Promise<Set<string>> {
  if (sightings.length === 0) return new Set();
  const rows = await manager.query<{ event_id: string }[]>(
    `insert into inbox (event_id, time) select * from unnest($1::uuid[], $2::timestamptz[])
     on conflict do nothing returning event_id`,
    [sightings.map(({ id }) => id), sightings.map(({ time }) => time)],
  );
  return new Set(rows.map(({ event_id }) => event_id));
}
