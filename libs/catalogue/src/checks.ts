import type { Fault } from './catalogue-invalid.js';
import { doOverlap, type Dated } from './in-force.js';

/** Reports a fault at a JSON pointer below the entry. */
export type Fail = (path: string, reason: string) => void;
/** Checks one entry, given the earlier ones of its file. */
export type Check<T> = (entry: T, fail: Fail, earlier: T[]) => void;

export function checkEach<T>(file: string, entries: T[], check: Check<T>): Fault[] {
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

export function checkUnique(entry: { code: string }, fail: Fail, earlier: { code: string }[]): void {
  if (earlier.some(({ code }) => code === entry.code)) fail('/code', `${entry.code} occurs twice`);
}

export function checkDated<T extends Dated & { code: string }>(entry: T, fail: Fail, earlier: T[]): void {
  checkSpan(entry, fail);
  if (earlier.some((other) => other.code === entry.code && doOverlap(other, entry)))
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
  checkKnown(entry.materials, known, '/materials', 'material', fail);
  entry.deferrable.forEach((code, index) => {
    if (!entry.materials.includes(code)) fail(`/deferrable/${index}`, `${code} is not among the materials`);
  });
}

export function checkKnown(
  codes: string[],
  known: Set<string>,
  path: string,
  what: string,
  fail: Fail,
): void {
  codes.forEach((code, index) => {
    if (!known.has(code)) fail(`${path}/${index}`, `unknown ${what} ${code}`);
  });
}

export const codesOf = (entries: { code: string }[]) => new Set(entries.map(({ code }) => code));
