import type { Job, JobReport, Placement } from '@lianban/adapter-kit/domain';
import { correctImplementations, type Implementations } from '../implementations.js';

const at = (job: Job, attempt: number): Placement => job.find(attempt)!;

const isRefusal = ({ withdrawal, state }: JobReport): boolean => withdrawal === 'refused' && !state;

/** Faults of how an adapter takes what a provider says. */
export const reportFaults: Record<string, Implementations> = {
  'state-guard-removed': {
    ...correctImplementations,
    handleReport: (job, attempt, report, context) => {
      const why = correctImplementations.handleReport(job, attempt, report, context);
      if (why === 'ended' || why === 'not-allowed')
        at(job, attempt).state = report.state ?? at(job, attempt).state;
      return why;
    },
  },

  'older-report-applied': {
    ...correctImplementations,
    handleReport: (job, attempt, report, context) => {
      Object.assign(at(job, attempt), { lastSequence: null, lastReportAt: null });
      return correctImplementations.handleReport(job, attempt, report, context);
    },
  },

  'refused-withdrawal-makes-state-old': {
    ...correctImplementations,
    handleReport: (job, attempt, report, context) => {
      const why = correctImplementations.handleReport(job, attempt, report, context);
      const { sequence = null, at: lastReportAt } = report;
      if (!why && isRefusal(report))
        Object.assign(at(job, attempt), { lastSequence: sequence, lastReportAt });
      return why;
    },
  },

  'refused-withdrawal-changes-state': {
    ...correctImplementations,
    handleReport: (job, attempt, report, context) => {
      const why = correctImplementations.handleReport(job, attempt, report, context);
      if (!why && isRefusal(report)) at(job, attempt).state = 'cancelled';
      return why;
    },
  },
};
