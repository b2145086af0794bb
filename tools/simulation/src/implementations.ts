import type { Context as JobContext, Job } from '@lianban/adapter-kit/domain';
import type { Calendar } from '@lianban/catalogue';
import type { DossierChanged, JobDesired, JobProgressed, RequestEvent } from '@lianban/contracts';
import type { AwaitedPart, JobStates, ServiceRequest } from '@lianban/intake/domain';
import type { Context, RoutedRequest } from '@lianban/routing/domain';
import type { OutboxRow } from './system/store.js';

/** A version as its publisher counts it. */
export interface Versioned {
  attempt: number;
  version: number;
}

/** How the system decides and keeps: the real decisions, and what its database and its transport promise. A planted fault changes one. */
export interface Implementations {
  awaiting(
    request: ServiceRequest,
    correctionId: string,
    jobStates: JobStates,
    now: Date,
    calendar: Calendar,
  ): AwaitedPart;
  /** Does intake close what is overdue by the answers it has? */
  closeOverdue(
    request: ServiceRequest,
    jobStates: JobStates,
    today: string,
    calendar: Calendar,
  ): RequestEvent[];
  /** Does routing withdraw only what intake has closed? */
  enforceDeadlines(request: RoutedRequest, context: Context): void;
  findsRegistration: boolean;
  applyDossier(request: RoutedRequest, dossier: DossierChanged, context: Context): void;
  applyProgress(request: RoutedRequest, progress: JobProgressed, context: Context): void;
  applyDesiredState(job: Job, desired: JobDesired, context: JobContext): void;
  recordOutcome(job: Job, ...outcome: Parameters<Job['recordOutcome']>): void;
  handleReport(job: Job, ...report: Parameters<Job['handleReport']>): ReturnType<Job['handleReport']>;
  /** Must an operation with an unknown outcome be looked up before it may be sent again? */
  looksFirst(retrySafety: 'idempotency-key' | 'status-query'): boolean;
  /** Is a provider believed that has nothing under our id? */
  believesAbsent(mayBeInFlight: boolean): boolean;
  /** Does a row of an outbox reach its readers? */
  relays(row: OutboxRow): boolean;
  acknowledges: 'after-commit' | 'before-commit';
  /** Does tracking keep this in the place of what it has? */
  isNewer(version: number, before: number): boolean;
}

export const correctImplementations: Implementations = {
  awaiting: (request, ...more) => request.openCorrectionPart(...more),
  closeOverdue: (request, ...more) => request.closeOverdue(...more),
  enforceDeadlines: (request, ...more) => request.enforceDeadlines(...more),
  findsRegistration: true,
  applyDossier: (request, ...more) => request.applyDossier(...more),
  applyProgress: (request, ...more) => request.applyProgress(...more),
  applyDesiredState: (job, ...more) => job.applyDesiredState(...more),
  recordOutcome: (job, ...more) => job.recordOutcome(...more),
  handleReport: (job, ...more) => job.handleReport(...more),
  looksFirst: (retrySafety) => retrySafety === 'status-query',
  believesAbsent: (mayBeInFlight) => !mayBeInFlight,
  relays: () => true,
  acknowledges: 'after-commit',
  isNewer: (version, before) => version > before,
};
