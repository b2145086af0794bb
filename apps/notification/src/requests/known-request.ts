import type {
  DecisionMade,
  JobDecision,
  JobProgressed,
  OpenCorrection,
  RequestChanged,
  RequestPart,
  Utility,
} from '@lianban/contracts';

export interface KnownJob extends Pick<
  JobProgressed,
  | 'attempt'
  | 'version'
  | 'provider'
  | 'state'
  | 'since'
  | 'accepted'
  | 'reason'
  | 'holder'
  | 'dueDate'
  | 'dueDateProvisional'
> {
  correction?: OpenCorrection;
  /** The version that brought the refusal of a withdrawal; absent while none stands refused. */
  withdrawalRefusedIn?: number;
  withdrawalReason?: string;
}

export type KnownDecision = Pick<
  JobDecision,
  'utility' | 'attempt' | 'state' | 'remindedFor' | 'lapsed' | 'withdrawnByApplicant' | 'promiseMoved'
> & { clockDate: string; correctionId?: string };

/** The last snapshots of a request, the highest version of each source. */
export interface KnownRequest {
  requestId: string;
  request: (Pick<RequestChanged, 'version' | 'receiptNumber' | 'hall'> & { parts: RequestPart[] }) | null;
  jobs: Partial<Record<Utility, KnownJob>>;
  decision: { version: number; endedAt?: string; jobs: KnownDecision[] } | null;
  /** Nothing was known of it before. */
  isNew?: boolean;
}

/** Answers what is known afterwards; an older or equal word changes nothing. */
export function knowRequest(known: KnownRequest, event: RequestChanged): KnownRequest {
  if (event.version <= (known.request?.version ?? 0)) return known;
  const { version, receiptNumber, hall, parts } = event;
  return { ...known, request: { version, receiptNumber, hall, parts } };
}

export function knowProgress(known: KnownRequest, event: JobProgressed): KnownRequest {
  const before = known.jobs[event.utility];
  if (before && !isNewer(event, before)) return known;
  return { ...known, jobs: { ...known.jobs, [event.utility]: jobOf(event, before) } };
}

const isNewer = (a: Pick<KnownJob, 'attempt' | 'version'>, b: KnownJob): boolean =>
  a.attempt > b.attempt || (a.attempt === b.attempt && a.version > b.version);

function jobOf(event: JobProgressed, before?: KnownJob): KnownJob {
  const { attempt, version, provider, state, since, accepted, reason, holder, correction } = event;
  const { dueDate, dueDateProvisional } = event;
  const isRefused = event.withdrawal === 'refused';
  return {
    ...{ attempt, version, provider, state, since, accepted, reason, holder, correction },
    ...{ dueDate, dueDateProvisional },
    ...(isRefused && {
      withdrawalRefusedIn: before?.withdrawalRefusedIn ?? version,
      withdrawalReason: event.withdrawalReason,
    }),
  };
}

export function knowDecision(known: KnownRequest, event: DecisionMade): KnownRequest {
  if (event.version <= (known.decision?.version ?? 0)) return known;
  const { version, endedAt, jobs } = event;
  return { ...known, decision: { version, endedAt, jobs: jobs.map(decisionOf) } };
}

function decisionOf(job: JobDecision): KnownDecision {
  const { utility, attempt, state, remindedFor, lapsed, withdrawnByApplicant, promiseMoved } = job;
  const { clock, correction } = job;
  return {
    ...{ utility, attempt, state, remindedFor, lapsed, withdrawnByApplicant, promiseMoved },
    clockDate: clock.dueDate,
    correctionId: correction?.id,
  };
}
