import type { Context } from './context.js';
import { recordFinding } from './findings.js';
import type { Job, Placement } from './job.js';

const HOUR_MS = 3_600_000;

const hourEnd = (since: string): number => Date.parse(since) + HOUR_MS;

/** Has the provider reported as many changes in this hour as are heard? */
export const isBeyondLimit = (
  { changes, changesSince }: Placement,
  { now, changesPerHour }: Context,
): boolean =>
  changesPerHour !== undefined &&
  Boolean(changesSince && now.getTime() < hourEnd(changesSince)) &&
  changes >= changesPerHour;

/** Kept for when the hour is over; who changes his mind once a second would be a text a second to the applicant. */
export function defer(file: Job, placement: Placement, context: Context): 'too-many' {
  placement.deferredUntil ??= new Date(hourEnd(placement.changesSince!)).toISOString();
  recordFinding(file, placement, 'too-many-reports', context);
  return 'too-many';
}

export function countChange(placement: Placement, { now }: Context): void {
  const { changesSince } = placement;
  const isSameHour = changesSince && now.getTime() < hourEnd(changesSince);
  placement.changes = isSameHour ? placement.changes + 1 : 1;
  if (!isSameHour) placement.changesSince = now.toISOString();
}
