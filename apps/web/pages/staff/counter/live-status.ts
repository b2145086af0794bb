import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { eventsBoard, statusBoard } from '../../api/sdk.gen.js';
import type { RequestStatus } from '../../api/types.gen.js';
import { dataOf, isProblem, isTransient } from '../shell/api.js';

const AGAIN_AFTER_MS = 3_000;
/** A request that was registered a moment ago has a status a moment later. */
const TRY_AFTER_MS = 1_000;
const MOST_TRIES = 30;

const isNotThere = (error: unknown): boolean => isProblem(error) && error.status === 404;

/** The status of a request, and every change of it as long as it is shown; ends when the request has ended. */
export function useLiveStatus(receipt: string) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['status', receipt],
    queryFn: () => dataOf(statusBoard({ path: { receipt } })),
    retry: (count, error) => (isNotThere(error) ? count < MOST_TRIES : isTransient(error) && count < 2),
    retryDelay: TRY_AFTER_MS,
  });
  const isOpen = query.data !== undefined && query.data.phase !== 'ended';
  useEffect(() => {
    if (!isOpen) return undefined;
    const end = new AbortController();
    void follow(receipt, end.signal, (status) => {
      queries.setQueryData<RequestStatus>(['status', receipt], (before) =>
        before && before.revision > status.revision ? before : status,
      );
      void queries.invalidateQueries({ queryKey: ['request', receipt] });
    });
    return () => end.abort();
  }, [isOpen, queries, receipt]);
  return query;
}

/** Reads the stream again whenever it ends: the service ends long ones, and the network others. */
async function follow(
  receipt: string,
  signal: AbortSignal,
  onStatus: (status: RequestStatus) => void,
): Promise<void> {
  while (!signal.aborted) {
    const { stream } = await eventsBoard({ path: { receipt }, signal, sseMaxRetryAttempts: 1 });
    for await (const status of stream) onStatus(status as unknown as RequestStatus);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
  }
}
