import { isTerminal } from '@lianban/contracts';
import type { Placement } from '../placements/placement.js';

export interface ListQuery {
  since?: string;
  cursor?: string;
}

const PAGE_SIZE = 500;

/** A page of the jobs that have not ended or have changed since then, as `webhook` lists them: by name, one entry for each number. */
export function listJobs(accepted: readonly Placement[], { since = '', cursor = '' }: ListQuery) {
  const listed = accepted
    .filter(
      ({ placement, state, changedAt }) => placement > cursor && (!isTerminal(state) || changedAt >= since),
    )
    .toSorted((a, b) => (a.placement < b.placement ? -1 : 1));
  const page = listed.slice(0, PAGE_SIZE);
  const next = listed.length > PAGE_SIZE && page.at(-1)!.placement;
  return { jobs: page.flatMap(toListed), ...(next && { next }) };
}

const toListed = ({ placement, version, references, standing, changedAt }: Placement) =>
  references.map((reference) => ({ placement, at: changedAt, ...standing, version, reference }));
