import { keptReferences, secondOf, type Placement } from '../placements/placement.js';
import type { AcceptContext } from './accept-operation.js';

/** Lets one of several orders go. Answers false where it is the only one that is kept: then it is the job that is withdrawn. */
export function cancelSecond(
  { eventLog, faults }: AcceptContext,
  placement: Placement,
  reference: string,
  operation: string,
): boolean {
  const isCancelled = secondOf(placement, reference)?.isRefused === false;
  if (!isCancelled && keptReferences(placement).length < 2) return false;
  const { provider, placement: name } = placement;
  const isRefused = faults.of(provider).refuseWithdrawals;
  const about = { provider, placement: name, reference, operation, isRefused };
  eventLog.record({ entry: 'second-cancelled', at: new Date().toISOString(), ...about });
  return true;
}
