import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { listWorkbench, officersWorkbench, oneWorkbench } from '../../api/sdk.gen.js';
import type { ListedJob, ListWorkbenchData } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';
import type { Utility } from './own-provider.js';

const LOOK_EVERY_MS = 5_000;

type Query = NonNullable<ListWorkbenchData['query']>;
/** Which jobs, as the address of the page says. */
export type JobFilter = Pick<Query, 'scope' | 'state' | 'receipt'>;

export const SCOPES = ['pool', 'mine', 'all'] as const;
export const OPEN_STATES = ['placed', 'accepted', 'in-progress', 'waiting', 'held'] as const;

export function filterIn(params: URLSearchParams): JobFilter {
  const scope = SCOPES.find((each) => each === params.get('scope')) ?? 'pool';
  const state = OPEN_STATES.find((each) => each === params.get('state'));
  const receipt = params.get('receipt')?.trim();
  return { scope, ...(state && { state }), ...(receipt && { receipt }) };
}

/** Looked for again every few seconds while somebody sees them. */
export const jobsQuery = (utility: Utility, filter: JobFilter) =>
  infiniteQueryOptions({
    queryKey: ['jobs', utility, filter],
    queryFn: ({ pageParam }) =>
      dataOf(listWorkbench({ path: { utility }, query: { ...filter, after: pageParam } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: LOOK_EVERY_MS,
  });

export const jobQuery = (utility: Utility, requestId: string) =>
  queryOptions({
    queryKey: ['job', utility, requestId],
    queryFn: () => dataOf(oneWorkbench({ path: { utility, requestId } })),
    refetchInterval: LOOK_EVERY_MS,
  });

export const officersQuery = (utility: Utility, isLead: boolean) =>
  queryOptions({
    queryKey: ['officers', utility],
    queryFn: () => dataOf(officersWorkbench({ path: { utility } })),
    enabled: isLead,
  });

/** The job after this one in the list, else the first other one. */
export function nextJob(jobs: readonly ListedJob[], requestId: string): ListedJob | undefined {
  const place = jobs.findIndex((job) => job.requestId === requestId);
  return jobs[place + 1] ?? jobs.find((job) => job.requestId !== requestId);
}
