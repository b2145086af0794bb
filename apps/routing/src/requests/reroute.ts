import { isTerminal, type Utility } from '@lianban/contracts';
import { InvalidForm, NoSuchThing, Problem } from '@lianban/service-kit';
import type { Context } from './context.js';
import { want } from './follow-dossier.js';
import { resume } from './job-clock.js';
import type { RequestFile } from './request-file.js';

export class AlreadyEnded extends Problem {
  constructor() {
    super('already-ended', 409, { 'zh-CN': '该子办件已办结。', en: 'This job has already ended.' });
  }
}

/** Gives a job to another provider as its next attempt; the adapter withdraws the old one on its own, and the clock goes on. */
export function reroute(
  file: RequestFile,
  utility: Utility,
  to: string,
  why: string,
  context: Context,
): void {
  const job = file.jobs.find((each) => each.utility === utility);
  if (!job) throw new NoSuchThing();
  if (isTerminal(job.state)) throw new AlreadyEnded();
  const provider = context.catalogue.provider(to);
  const errors = [
    ...(provider?.utility !== utility || to === job.provider ? [WRONG_PROVIDER] : []),
    ...(context.catalogue.reason(why) ? [] : [UNKNOWN_REASON]),
  ];
  if (errors.length > 0) throw new InvalidForm(errors);
  Object.assign(job, {
    provider: to,
    attempt: job.attempt + 1,
    reroutedFor: why,
    state: 'placed',
    reason: null,
    holder: null,
    holderDueDate: null,
    holderDueDateProvisional: false,
    correction: null,
    withdrawal: 'none',
    clock: resume(job.clock, context.now, context.catalogue.calendar),
  });
  want(file.dossier!, job, context);
}

const WRONG_PROVIDER = {
  pointer: '/provider',
  code: 'wrong-provider',
  text: {
    'zh-CN': '该单位不办理此专业，或正是现承办单位。',
    en: 'This provider does not do this utility, or has the job already.',
  },
};

const UNKNOWN_REASON = {
  pointer: '/reason',
  code: 'unknown-reason',
  text: { 'zh-CN': '没有这个原因代码。', en: 'The catalogue has no such reason.' },
};
