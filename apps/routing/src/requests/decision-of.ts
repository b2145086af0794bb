import { DecisionMade, isTerminal, type JobDecision } from '@lianban/contracts';
import type { Calendar } from '@lianban/catalogue';
import { remainingDays } from './job-clock.js';
import { dateToKeep, isProvisional } from './look-at-clocks.js';
import type { Job, RequestFile } from './request-file.js';

/** What routing has decided so far, as everybody may know it. */
export function decisionOf(file: RequestFile, now: Date, calendar: Calendar): DecisionMade {
  const next = nextDateToKeep(file);
  return Object.assign(new DecisionMade(), {
    requestId: file.requestId,
    version: file.version,
    jobs: file.jobs.map((job) => jobDecision(job, now, calendar)),
    nextDueDate: next?.date,
    nextDueDateProvisional: next?.provisional || undefined,
    endedAt: file.endedAt ?? undefined,
  });
}

function nextDateToKeep({ jobs }: RequestFile): { date: string; provisional: boolean } | undefined {
  const dates = jobs
    .filter(({ state }) => !isTerminal(state))
    .map((job) => ({ date: dateToKeep(job), provisional: isProvisional(job) }));
  return dates.toSorted((a, b) => (a.date < b.date ? -1 : 1))[0];
}

function jobDecision(job: Job, now: Date, calendar: Calendar): JobDecision {
  const { utility, provider, attempt, state, clock } = job;
  return {
    utility,
    provider,
    attempt,
    state,
    clock: {
      running: clock.stoppedOn === null,
      since: clock.since,
      dueDate: clock.dueDate,
      promisedDate: job.promisedDate,
      provisional: clock.provisional || undefined,
      remainingDays: remainingDays(clock, now, calendar),
    },
    holder: job.holder ?? undefined,
    reason: job.reason ?? undefined,
    holderDueDate: job.holderDueDate ?? undefined,
    correction: job.correction ?? undefined,
    remindedFor: job.remindedFor ?? undefined,
    lapsed: lapsedNow(job),
    withdrawnByApplicant: job.withdrawnByApplicant || undefined,
    reroutedFor: job.reroutedFor ?? undefined,
    promiseMoved: job.promiseMoved ?? undefined,
  };
}

/** Of a date that somebody kept after all, or that has moved, nothing is said any more. */
const lapsedNow = (job: Job): string | undefined =>
  (isTerminal(job.state) || job.lapsedFor === dateToKeep(job) ? job.lapsed : null) ?? undefined;

/** What others wait to hear: a step within `placed … in-progress` is the adapter's to say, and is not said again. */
export function decided({ jobs, endedAt }: RequestFile): string {
  const working = (state: Job['state']): string =>
    ['placed', 'accepted', 'in-progress'].includes(state) ? '' : state;
  return JSON.stringify([
    endedAt,
    jobs.map((job) => [
      job.provider,
      job.attempt,
      working(job.state),
      job.clock,
      job.holder,
      job.reason,
      job.holderDueDate,
      job.correction && [job.correction.id, job.correction.dueDate, job.correction.items],
      job.remindedFor,
      job.lapsedFor,
      job.lapsed,
      job.withdrawnByApplicant,
      job.reroutedFor,
      job.promisedDate,
      job.promiseMoved,
      job.holderDueDateProvisional,
    ]),
  ]);
}
