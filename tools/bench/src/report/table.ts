import type { GoalId } from '../arguments.js';
import type { Judged } from './judge.js';

/** A goal without a figure, and why. */
export interface Unmeasured {
  goal: GoalId;
  reason: string;
  /** Something went wrong; else it is in order that there is none. */
  isBroken: boolean;
}

const HEAD = ['goal', '', 'figure', 'reference', 'ratio', 'bar', 'stretch', ''];

/** Three significant digits; whole numbers from a hundred on. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value === 0 ? '0' : value.toPrecision(Math.abs(value) < 0.1 ? 2 : 3);
}

/** One line a goal, in columns. */
export function table(judged: readonly Judged[], unmeasured: readonly Unmeasured[]): string {
  const rows = [
    ...judged.map(rowOf),
    ...unmeasured.map(({ goal, reason }) => [goal, reason, '', '', '', '', '', 'not measured']),
  ].toSorted((a, b) => a[0]!.localeCompare(b[0]!, 'en', { numeric: true }));
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

function rowOf(each: Judged): string[] {
  const { goal, text, figure, unit, reference, ratio, bar, stretch, verdict, better, disturbance } = each;
  const sign = better === 'more' ? '≥' : '≤';
  const limit = (value?: number): string => (value === undefined ? '' : `${sign} ${short(value)}`);
  return [
    goal,
    text,
    `${short(figure)} ${unit}`,
    reference ? `${reference.name} ${short(reference.value)} ${reference.unit}` : '',
    verdict === 'disturbed' || !reference ? '' : short(ratio),
    limit(bar),
    limit(stretch),
    verdict === 'disturbed' ? `disturbed: ${Math.round(disturbance * 100)} %` : verdict,
  ];
}
