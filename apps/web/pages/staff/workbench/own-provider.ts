import { queryOptions } from '@tanstack/react-query';
import { providerWorkbench } from '../../api/sdk.gen.js';
import type { OwnProvider } from '../../api/types.gen.js';
import { dataOf } from '../shell/api.js';

export const UTILITIES = ['water', 'electricity', 'gas', 'heat', 'telecom'] as const;
export type Utility = (typeof UTILITIES)[number];

export interface Workplace extends OwnProvider {
  utility: Utility;
}

/** The officer's provider, and the utility whose adapter knows it; null where none does. */
export const workplaceQuery = queryOptions({
  queryKey: ['workplace'],
  queryFn: async (): Promise<Workplace | null> => {
    const found = await Promise.allSettled(UTILITIES.map(askFor));
    const own = found.flatMap((each) => (each.status === 'fulfilled' && each.value ? [each.value] : []));
    const failed = found.find((each) => each.status === 'rejected');
    if (own.length === 0 && failed) throw failed.reason;
    return own[0] ?? null;
  },
  staleTime: Infinity,
});

async function askFor(utility: Utility): Promise<Workplace | null> {
  const { provider } = await dataOf(providerWorkbench({ path: { utility } }));
  return provider && { ...provider, utility };
}
