import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { seenWorkbench } from '../../api/sdk.gen.js';
import type { JobInFull } from '../../api/types.gen.js';
import type { Utility } from './own-provider.js';

const TELL_EVERY_MS = 10_000;

/**
 * Tells the service again and again which version is on the screen, so that colleagues see her and the list knows what is new.
 * @returns everything that differs from the version she had seen before she opened the page
 */
export function useSeen(utility: Utility, found: JobInFull | undefined): readonly string[] {
  const [amended, setAmended] = useState<readonly string[]>([]);
  const added = found?.amended.filter((part) => !amended.includes(part)) ?? [];
  if (added.length > 0) setAmended([...amended, ...added]);
  const desired = found?.job.desired;
  useQuery({
    queryKey: ['seen', utility, desired?.requestId, desired?.version],
    queryFn: async () => {
      const { requestId, version } = desired!;
      await seenWorkbench({ path: { utility, requestId }, body: { version } });
      return true;
    },
    enabled: desired !== undefined,
    refetchInterval: TELL_EVERY_MS,
    gcTime: 0,
  });
  return amended;
}
