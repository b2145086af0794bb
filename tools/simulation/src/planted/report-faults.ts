import type { Job, JobReport, Placement } from '@lianban/adapter-kit/domain';
import { correctImplementations, type Implementations } from '../implementations.js';

const at = (file: Job, attempt: number): Placement =>
  file.placements.find((placement) => placement.attempt === attempt)!;

const isRefusal = ({ withdrawal, state }: JobReport): boolean => withdrawal === 'refused' && !state;

/** Faults of how an adapter takes what a provider says. */
export const reportFaults: Record<string, Implementations> = {
  'state-guard-removed': {
    ...correctImplementations,
    handleReport: (file, attempt, report, context) => {
      const why = correctImplementations.handleReport(file, attempt, report, context);
      if (why === 'ended' || why === 'not-allowed')
        at(file, attempt).state = report.state ?? at(file, attempt).state;
      return why;
    },
  },

  'older-report-applied': {
    ...correctImplementations,
    handleReport: (file, attempt, report, context) => {
      Object.assign(at(file, attempt), { lastSequence: null, lastReportAt: null });
      return correctImplementations.handleReport(file, attempt, report, context);
    },
  },

  'refused-withdrawal-makes-state-old': {
    ...correctImplementations,
    handleReport: (file, attempt, report, context) => {
      const why = correctImplementations.handleReport(file, attempt, report, context);
      const { sequence = null, at: lastReportAt } = report;
      if (!why && isRefusal(report))
        Object.assign(at(file, attempt), { lastSequence: sequence, lastReportAt });
      return why;
    },
  },

  'refused-withdrawal-changes-state': {
    ...correctImplementations,
    handleReport: (file, attempt, report, context) => {
      const why = correctImplementations.handleReport(file, attempt, report, context);
      if (!why && isRefusal(report)) at(file, attempt).state = 'cancelled';
      return why;
    },
  },
};
