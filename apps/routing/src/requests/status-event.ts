import type { Calendar } from '@lianban/catalogue';
import { isTerminal, overallStatus, RequestStatusChanged, type JobStatus } from '@lianban/contracts';
import { activeDeadline, isDeadlineProvisional, isStillMissed } from './deadlines.js';
import type { RoutedJob } from './routed-job.js';
import type { RoutedRequest } from './routed-request.js';
import { remainingDays } from './sla-clock.js';

/** The whole public state of a request, as everybody may know it. */
export function toStatusEvent(request: RoutedRequest, now: Date, calendar: Calendar): RequestStatusChanged {
  const jobs = request.jobs.map((job) => toJobStatus(job, now, calendar));
  const next = nextDeadline(request.jobs);
  return Object.assign(new RequestStatusChanged(), {
    requestId: request.requestId,
    version: request.version,
    ...request.publicDossier,
    ...overallStatus(jobs),
    endedAt: request.endedAt ?? undefined,
    nextDeadline: next?.date,
    nextDeadlineProvisional: next?.provisional || undefined,
    jobs,
    facts: request.facts,
  });
}

function nextDeadline(jobs: readonly RoutedJob[]): { date: string; provisional: boolean } | undefined {
  const deadlines = jobs
    .filter(({ state }) => !isTerminal(state))
    .map((job) => ({ date: activeDeadline(job), provisional: isDeadlineProvisional(job) }));
  return deadlines.toSorted((a, b) => (a.date < b.date ? -1 : 1))[0];
}

function toJobStatus(job: RoutedJob, now: Date, calendar: Calendar): JobStatus {
  return {
    utility: job.utility,
    provider: job.provider,
    attempt: job.attempt,
    state: job.state,
    since: job.stateSince,
    reason: job.reason ?? undefined,
    holder: job.holder ?? undefined,
    holderDeadline: job.holderDeadline ?? undefined,
    holderDeadlineProvisional: job.holderDeadlineProvisional || undefined,
    delivered: job.delivered,
    accepted: job.accepted,
    operation: { kind: job.operationKind, delivery: job.operationDelivery, since: job.operationSince },
    reference: job.reference ?? undefined,
    stages: job.stages,
    documents: job.documents.length > 0 ? job.documents : undefined,
    correction: job.correction ?? undefined,
    withdrawal: job.withdrawal,
    withdrawalReason: job.withdrawalReason ?? undefined,
    withdrawnByApplicant: job.cancelledByApplicant || undefined,
    clock: {
      running: job.stoppedOn === null,
      since: job.clockSince,
      slaDate: job.slaDate,
      promisedDate: job.promisedDate,
      provisional: job.slaProvisional || undefined,
      remainingDays: remainingDays(job, now, calendar),
    },
    deadlineOutcome: (isStillMissed(job) && job.deadlineOutcome) || undefined,
    reroutedFor: job.reroutedFor ?? undefined,
  };
}
