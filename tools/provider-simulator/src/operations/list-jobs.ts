import type { Placement } from '../placements/placement.js';

export interface ListQuery {
  since?: string;
  cursor?: string;
}

const PAGE_SIZE = 500;

/** A page of these jobs, as `webhook` lists them: by name, one entry for each number. */
export function listJobs(open: readonly Placement[], cursor = '') {
  const listed = open
    .filter(({ placement }) => placement > cursor)
    .toSorted((a, b) => (a.placement < b.placement ? -1 : 1));
  const page = listed.slice(0, PAGE_SIZE);
  const next = listed.length > PAGE_SIZE && page.at(-1)!.placement;
  return { jobs: page.flatMap(toListed), ...(next && { next }) };
}

const toListed = ({ placement, version, references, standing, changedAt }: Placement) =>
  references.map((reference) => ({ placement, at: changedAt, ...standing, version, reference }));
