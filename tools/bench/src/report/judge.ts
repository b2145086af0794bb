import type { Finding } from '../goals/goal.js';
import type { References } from '../references/references.js';

/** More of the machine than this went to others: the ratio says nothing. */
export const MAX_DISTURBANCE = 0.1;

export type Verdict = 'holds, stretch too' | 'holds' | 'misses' | 'disturbed' | 'for information';

export interface Judged extends Finding {
  reference?: { name: string; value: number; unit: string };
  /** Figure ÷ reference; the figure itself where there is none. */
  ratio: number;
  verdict: Verdict;
}

/** Holds a finding against its reference and its bar. */
export function judge(finding: Finding, references: Pick<References, 'all' | 'valueOf'>): Judged {
  const { against, figure } = finding;
  const known = typeof against === 'string' ? references.all[against]! : undefined;
  const reference =
    typeof against === 'string'
      ? { name: against, value: references.valueOf(against), unit: known!.unit }
      : against;
  const disturbance = Math.max(finding.disturbance, known?.disturbance ?? 0);
  const ratio = reference ? figure / reference.value : figure;
  return {
    ...finding,
    disturbance,
    reference,
    ratio,
    verdict: verdictOn({ ...finding, disturbance }, ratio),
  };
}

function verdictOn({ bar, stretch, better, disturbance }: Finding, ratio: number): Verdict {
  if (disturbance > MAX_DISTURBANCE) return 'disturbed';
  if (bar === undefined) return 'for information';
  const reaches = (limit: number): boolean => (better === 'more' ? ratio >= limit : ratio <= limit);
  if (stretch !== undefined && reaches(stretch)) return 'holds, stretch too';
  return reaches(bar) ? 'holds' : 'misses';
}
