import { answerBy } from '../program.js';
import { Clerk } from './clerk.js';
import { get } from './get.js';
import type { Awaited, Got, Job, Registered } from './jobs.js';
import { Registering } from './register.js';

let registering: Registering | undefined;

answerBy<Job, Registered | Awaited | Got | void>(async (job) => {
  if (job.job === 'get') return get(job);
  if (job.job === 'register') return registering!.register(job);
  if (job.job === 'await') return registering!.await(job);
  registering = new Registering(new Clerk(job.at), job.at.database);
});
