import type { Fault } from './catalogue-invalid.js';
import { overlap, type Dated } from './in-force.js';

/** Says what is wrong at a JSON pointer below the entry. */
export type Fail = (path: string, reason: string) => void;
/** Checks one entry, knowing those before it in the file. */
export type Check<T> = (entry: T, fail: Fail, earlier: T[]) => void;

export function each<T>(file: string, entries: T[], check: Check<T>): Fault[] {
  return entries.flatMap((entry, index) => {
    const faults: Fault[] = [];
    check(
      entry,
      (path, reason) => faults.push({ file, path: `/${index}${path}`, reason }),
      entries.slice(0, index),
    );
    return faults;
  });
}

export function once(entry: { code: string }, fail: Fail, earlier: { code: string }[]): void {
  if (earlier.some(({ code }) => code === entry.code)) fail('/code', `${entry.code} stands there twice`);
}

export function checkDated<T extends Dated & { code: string }>(entry: T, fail: Fail, earlier: T[]): void {
  checkSpan(entry, fail);
  if (earlier.some((other) => other.code === entry.code && overlap(other, entry)))
    fail('/effectiveFrom', `another ${entry.code} is in force at the same time`);
}

export function checkSpan({ effectiveFrom, effectiveTo }: Dated, fail: Fail): void {
  if (effectiveTo !== undefined && effectiveTo < effectiveFrom)
    fail('/effectiveTo', `is before ${effectiveFrom}`);
}

export function checkNeeds(
  entry: { materials: string[]; deferrable: string[] },
  known: Set<string>,
  fail: Fail,
): void {
  unknown(entry.materials, known, '/materials', 'material', fail);
  entry.deferrable.forEach((code, index) => {
    if (!entry.materials.includes(code)) fail(`/deferrable/${index}`, `${code} is not among the materials`);
  });
}

export function unknown(codes: string[], known: Set<string>, path: string, what: string, fail: Fail): void {
  codes.forEach((code, index) => {
    if (!known.has(code)) fail(`${path}/${index}`, `unknown ${what} ${code}`);
  });
}

export const codesOf = (entries: { code: string }[]) => new Set(entries.map(({ code }) => code));
