import type { Context } from './context.js';
import type { Placement } from './placement.js';

const HOUR_MS = 3_600_000;

type Counted = Pick<Placement, 'changes' | 'changesSince'>;

/** When the hour ends in which the changes of a placement are counted. */
export const hourEnd = (since: string): number => Date.parse(since) + HOUR_MS;

const isSameHour = ({ changesSince }: Counted, now: Date): boolean =>
  changesSince !== null && now.getTime() < hourEnd(changesSince);

/** Has the provider reported as many changes in this hour as are applied? */
export const isBeyondLimit = (counted: Counted, { now, changesPerHour }: Context): boolean =>
  changesPerHour !== undefined && isSameHour(counted, now) && counted.changes >= changesPerHour;

export const countChange = (counted: Counted, now: Date): Counted =>
  isSameHour(counted, now)
    ? { changes: counted.changes + 1, changesSince: counted.changesSince }
    : { changes: 1, changesSince: now.toISOString() };
