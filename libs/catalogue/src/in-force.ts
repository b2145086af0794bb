import { IsDay } from '@lianban/contracts';
import { Optional } from './constraints.js';

/** An entry in force between two days, both inclusive, or without end. Days in Asia/Shanghai. */
export abstract class Dated {
  @IsDay() effectiveFrom!: string;
  @Optional() @IsDay() effectiveTo?: string;
}

const NO_END = '9999-12-31';
const endOf = ({ effectiveTo }: Dated) => effectiveTo ?? NO_END;

export const isInForce = (entry: Dated, on: string): boolean =>
  entry.effectiveFrom <= on && on <= endOf(entry);

export const doOverlap = (one: Dated, other: Dated): boolean =>
  one.effectiveFrom <= endOf(other) && other.effectiveFrom <= endOf(one);

/** Is an entry in force on every day of the span? */
export function doCover(entries: readonly Dated[], span: Dated): boolean {
  let next = span.effectiveFrom;
  for (const entry of entries.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1))) {
    if (!isInForce(entry, next)) continue;
    if (endOf(entry) >= endOf(span)) return true;
    next = dayAfter(endOf(entry));
  }
  return false;
}

function dayAfter(day: string): string {
  const instant = new Date(`${day}T00:00:00Z`);
  instant.setUTCDate(instant.getUTCDate() + 1);
  return instant.toISOString().slice(0, 10);
}
