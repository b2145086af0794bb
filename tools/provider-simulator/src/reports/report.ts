import type { Holder, JobState } from '@lianban/contracts';

/** A provider's report of a job, in the `webhook` dialect. */
export interface Report {
  placement: string;
  reference: string;
  /** The provider's own count of reports on this placement. */
  sequence: number;
  at: string;
  state?: JobState;
  stage?: string;
  reason?: string;
  text?: string;
  holder?: Holder;
  dueDate?: string;
  correction?: { items: string[]; dueDate?: string };
  withdrawal?: 'agreed' | 'refused';
}

export type ReportContent = Omit<Report, 'placement' | 'reference' | 'sequence' | 'at'>;

/** A report with the id it is posted under, however often. */
export interface PendingReport {
  id: string;
  report: Report;
}
