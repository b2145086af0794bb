import { queryOptions } from '@tanstack/react-query';
import { findMatters, listMatters, optionsCounter } from '../../api/sdk.gen.js';
import { dataOf } from '../shell/api.js';

const AN_HOUR_MS = 3_600_000;

export const listMattersQuery = queryOptions({
  queryKey: ['matters'],
  queryFn: () => dataOf(listMatters()),
  staleTime: AN_HOUR_MS,
});

export const optionsQuery = queryOptions({
  queryKey: ['counter-options'],
  queryFn: () => dataOf(optionsCounter()),
  staleTime: AN_HOUR_MS,
});

/** A matter, with the providers of a district where there is one. */
export const matterQuery = (code: string | undefined, district?: string) =>
  queryOptions({
    queryKey: ['matter', code, district],
    queryFn: () => dataOf(findMatters({ path: { code: code! }, query: district ? { district } : {} })),
    enabled: code !== undefined,
    // The fields stay while the providers of another district are looked up.
    placeholderData: (known) => (known?.code === code ? known : undefined),
    staleTime: AN_HOUR_MS,
  });
