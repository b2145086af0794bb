import { ProviderUnknown } from '@lianban/adapter-kit';
import { isInstant } from '@lianban/contracts';

/**
 * Where in the list of changes a page begins, oldest change first: right after an order, or at a time. Orders that change while the
 * list is read move towards its end, so that reading on from an order leaves none out, as page numbers would.
 */
export interface Position {
  since: string;
  after?: string;
}

/** Undefined where the cursor is none of ours. */
export function readPosition(cursor = ''): Position | undefined {
  const [since, after] = cursor.split(' ') as [string, string?];
  return isInstant(since) ? { since, after } : undefined;
}

export const writePosition = ({ since, after }: Position): string => (after ? `${since} ${after}` : since);

/** What to ask for: from a time on, the list is read again by the overlap; within it, just where it was left. */
export const widened = ({ since, after }: Position, overlapMs: number): Position =>
  after ? { since, after } : { since: timeBefore(Date.parse(since), overlapMs) };

export const timeBefore = (time: number, ms: number): string => new Date(time - ms).toISOString();

const isLater = (one: Required<Position>, other: Required<Position>): boolean => {
  const difference = Date.parse(one.since) - Date.parse(other.since);
  return difference > 0 || (difference === 0 && one.after > other.after);
};

/** After a full page: right after its last order, however the page was sorted. @throws ProviderUnknown where that leads nowhere */
export function lastOf(page: readonly Required<Position>[], before: Position): Position {
  if (page.length === 0) throw new ProviderUnknown('gives a page of which nothing can be read', false);
  const last = page.reduce((latest, each) => (isLater(each, latest) ? each : latest));
  if (last.since === before.since && last.after === before.after)
    throw new ProviderUnknown('gives the same page again', false);
  return last;
}
