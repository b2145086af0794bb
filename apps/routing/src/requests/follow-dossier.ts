import { partOf, shanghaiDate, type Catalogue } from '@lianban/catalogue';
import type { DossierChanged, DossierPart, Utility } from '@lianban/contracts';
import { isTerminal } from '@lianban/contracts';
import type { Context } from './context.js';
import { startClock } from './job-clock.js';
import type { Job, RequestFile } from './request-file.js';
import { digestOf, wishOf } from './wish-of.js';

/** Takes in a dossier: new parts become jobs at the provider that intake chose, changed ones a newer wish; what has ended stays as it is. */
export function followDossier(file: RequestFile, dossier: DossierChanged, context: Context): void {
  file.dossier = dossier;
  for (const part of dossier.parts) {
    const job =
      file.jobs.find(({ utility }) => utility === part.utility) ?? addJob(file, part, dossier, context);
    if (isTerminal(job.state)) continue;
    job.closedCorrections = part.closedCorrections ?? [];
    if (part.withdrawnFor && !job.withdrawnFor) {
      job.withdrawnFor = part.withdrawnFor;
      job.withdrawnByApplicant = true;
    }
    want(dossier, job, context);
  }
}

/** Says what is wanted of a job now, where that is news. */
export function want(dossier: DossierChanged, job: Job, { catalogue, say }: Context): void {
  const digest = digestOf(dossier, job, catalogue);
  if (digest === job.wantedDigest) return;
  job.wantedDigest = digest;
  job.wantedVersion += 1;
  say(wishOf(dossier, job, catalogue));
}

function addJob(
  file: RequestFile,
  { utility, provider, promisedDate }: DossierPart,
  dossier: DossierChanged,
  { catalogue }: Context,
): Job {
  const job: Job = {
    utility,
    provider,
    attempt: 1,
    wantedVersion: 0,
    wantedDigest: '',
    withdrawnFor: null,
    withdrawnByApplicant: false,
    progress: { attempt: 0, version: 0 },
    state: 'placed',
    reason: null,
    holder: null,
    holderDueDate: null,
    holderDueDateProvisional: false,
    correction: null,
    closedCorrections: [],
    limitDays: limitOf(dossier, utility, catalogue),
    promisedDate,
    promiseMoved: null,
    clock: startClock(promisedDate, dossier.registeredAt, catalogue.calendar),
    remindedFor: null,
    lapsed: null,
    lapsedFor: null,
    reroutedFor: null,
  };
  file.jobs.push(job);
  return job;
}

function limitOf(
  { matter, registeredAt }: DossierChanged,
  utility: Utility,
  catalogue: Catalogue,
): number | null {
  const found = catalogue.matter(matter, shanghaiDate(new Date(registeredAt)));
  return (found && partOf(found, utility)?.limit.days) ?? null;
}
