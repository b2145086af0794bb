import { useQueries } from '@tanstack/react-query';

const LOOK_EVERY_MS = 5_000;

export interface FromEach<S, T> {
  /** What those answered that did. */
  answers: { service: S; data: T }[];
  /** What went wrong with the others. */
  errors: { service: S; error: unknown }[];
  isPending: boolean;
}

/** Asks each service the same again and again; one that is away keeps no other's answer back. */
export function useEach<S extends string, T>(
  what: string,
  services: readonly S[],
  ask: (service: S) => Promise<T>,
): FromEach<S, T> {
  return useQueries({
    queries: services.map((service) => ({
      queryKey: ['operations', what, service],
      queryFn: () => ask(service),
      refetchInterval: LOOK_EVERY_MS,
      retry: false,
    })),
    combine: (results) => ({
      answers: results.flatMap(({ data }, place) =>
        data === undefined ? [] : [{ service: services[place]!, data: data as T }],
      ),
      errors: results.flatMap(({ error }, place) => (error ? [{ service: services[place]!, error }] : [])),
      isPending: results.some(({ isPending }) => isPending),
    }),
  });
}
