import { isTerminal, type JobProgressed } from '@lianban/contracts';
import type { Context } from './context.js';
import { resume, stop } from './job-clock.js';
import type { Job, RequestFile } from './request-file.js';

/** Takes in how a job stands; an older word, or one about a superseded attempt, changes nothing. */
export function followProgress(file: RequestFile, progress: JobProgressed, context: Context): void {
  const job = file.jobs.find(({ utility }) => utility === progress.utility);
  if (!job || !isNewer(progress, job.progress)) return;
  job.progress = { attempt: progress.attempt, version: progress.version };
  if (progress.attempt < job.attempt) return;
  job.state = progress.state;
  job.reason = progress.reason ?? null;
  job.holder = progress.holder ?? null;
  job.holderDueDate = progress.dueDate ?? null;
  job.holderDueDateProvisional = progress.dueDateProvisional ?? false;
  job.correction = progress.correction ?? null;
  job.withdrawal = progress.withdrawal;
  handOver(job);
  turnClock(job, context);
  if (file.jobs.every(({ state }) => isTerminal(state))) file.endedAt ??= context.now.toISOString();
}

const isNewer = (a: Job['progress'], b: Job['progress']): boolean =>
  a.attempt > b.attempt || (a.attempt === b.attempt && a.version > b.version);

/** A provider that refuses to let a lapsed job go leaves it to nobody: the operator must look. */
function handOver(job: Job): void {
  const isStopped = job.state === 'waiting' || job.state === 'held';
  if (isStopped && job.lapsed === 'withdrawn' && job.withdrawal === 'refused') job.lapsed = 'operator';
}

/** The clock stops while somebody other than the provider has the ball. */
function turnClock(job: Job, { now, catalogue }: Context): void {
  const stands = job.state === 'waiting' || (job.state === 'held' && job.holder !== 'provider');
  job.clock = stands || isTerminal(job.state) ? stop(job.clock, now) : resume(job.clock, now, catalogue.calendar);
}
