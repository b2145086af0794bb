import { isTerminal } from '@lianban/contracts';
import type { Context } from './context.js';
import type { JobReport } from './job-report.js';
import type { Placement } from './placement.js';

/** Why a report was stored and not applied. */
export type NotApplied = 'older' | 'not-allowed' | 'ended' | 'too-many' | 'second-order';

const AHEAD_MS = 60 * 60_000;

/** Is its time still to come? Then the provider's clock is wrong. */
export const isAhead = ({ at }: JobReport, { now }: Context): boolean =>
  Date.parse(at) > now.getTime() + AHEAD_MS;

type LastReport = Pick<Placement, 'lastSequence' | 'lastReportAt' | 'isLastReportAhead'>;

/**
 * The provider's own sequence decides, else its time. A time that had not come yet makes only others like it old: once the
 * clock is right again, its reports count.
 */
export function isOlder(last: LastReport, report: JobReport, context: Context): boolean {
  const { lastSequence, lastReportAt, isLastReportAhead } = last;
  if (report.sequence !== undefined && lastSequence !== null) return report.sequence <= lastSequence;
  if (lastReportAt === null || (isLastReportAhead && !isAhead(report, context))) return false;
  return Date.parse(report.at) < Date.parse(lastReportAt);
}

/** A later time with a lower number: the provider has lost count, and what it reports from now on would not be applied. */
export const isCountedBackwards = (
  { lastSequence, lastReportAt }: LastReport,
  { sequence, at, state }: JobReport,
): boolean =>
  state !== undefined &&
  sequence !== undefined &&
  sequence < lastSequence! &&
  Date.parse(at) > Date.parse(lastReportAt!);

/** What an older report may still change: it ends the job, answers a withdrawal, or tells a stage or gives a document. */
export function lastingPart(report: JobReport): JobReport | undefined {
  const { state, stage, withdrawal, at, reason, documents } = report;
  if (withdrawal === 'agreed' || (state && isTerminal(state))) return report;
  if (withdrawal === 'refused') return { at, stage, withdrawal, reason, documents };
  return stage || documents ? { at, stage, documents } : undefined;
}

export const newestReport = (reports: readonly JobReport[]): JobReport | undefined =>
  reports.reduce<JobReport | undefined>(
    (newest, each) => (newest && !isNewer(each, newest) ? newest : each),
    undefined,
  );

const isNewer = (one: JobReport, other: JobReport): boolean =>
  one.sequence !== undefined && other.sequence !== undefined
    ? one.sequence > other.sequence
    : Date.parse(one.at) >= Date.parse(other.at);
