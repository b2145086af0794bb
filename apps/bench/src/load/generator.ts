import { answerBy } from '../program.js';
import { Clerk } from './clerk.js';
import { get } from './get.js';
import type { Addresses, Got, Job, Registered } from './jobs.js';
import { register } from './register.js';

let at: Addresses | undefined;
let clerk: Clerk | undefined;

answerBy<Job, Registered | Got | void>(async (job) => {
  if (job.job === 'get') return get(job);
  if (job.job === 'register') return register(clerk!, at!.database, job);
  at = job.at;
  clerk = new Clerk(at);
});
