import { addWorkingDays, shanghaiDate } from '@lianban/catalogue';
import { isTerminal } from '@lianban/contracts';
import type { Context } from './context.js';
import { want } from './follow-dossier.js';
import { recount } from './job-clock.js';
import type { Job, RequestFile } from './request-file.js';

/**
 * Counts the promises that still run anew, by the calendar as it is now: a year's notice moves those that were counted
 * provisionally. A date that moves is kept as a fact that the applicant must be told.
 */
export function recountPromises(file: RequestFile, context: Context): void {
  const { registeredAt } = file.dossier!;
  for (const job of file.jobs) {
    if (isTerminal(job.state) || job.limitDays === null) continue;
    const registeredOn = shanghaiDate(new Date(registeredAt));
    const promisedDate = addWorkingDays(context.catalogue.calendar, registeredOn, job.limitDays);
    recountJob(job, promisedDate, context);
    want(file.dossier!, job, context);
  }
}

function recountJob(job: Job, promisedDate: string, { catalogue }: Context): void {
  const from = job.clock.dueDate;
  job.promisedDate = promisedDate;
  job.clock = recount(job.clock, promisedDate, catalogue.calendar);
  if (job.clock.dueDate !== from)
    job.promiseMoved = { catalogueVersion: catalogue.version, from, to: job.clock.dueDate };
}
