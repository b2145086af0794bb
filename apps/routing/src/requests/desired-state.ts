import { createHash } from 'node:crypto';
import { partOf, shanghaiDate, type Catalogue } from '@lianban/catalogue';
import { JobDesired, type DossierChanged, type Utility } from '@lianban/contracts';
import { canonicalJson } from '@lianban/service-kit';
import { toJobDossier } from './dossier-views.js';
import type { RoutedJob } from './routed-job.js';

/** What routing wants of a job. */
export function buildDesiredState(dossier: DossierChanged, job: RoutedJob, catalogue: Catalogue): JobDesired {
  const part = dossier.parts.find(({ utility }) => utility === job.utility)!;
  return Object.assign(new JobDesired(), {
    requestId: dossier.requestId,
    utility: job.utility,
    attempt: job.attempt,
    version: job.desiredVersion,
    provider: job.provider,
    promisedDate: job.promisedDate,
    ...(job.slaProvisional && { promisedDateProvisional: true }),
    ...(job.cancelReason && { cancelReason: job.cancelReason }),
    dossier: toJobDossier(dossier, part, catalogue),
  });
}

/** Equal digests want the same, in whatever order the dossier's keys come back from the database. */
export function digestDesiredState({ version: _, ...desired }: JobDesired): string {
  return createHash('sha256').update(canonicalJson(desired)).digest('base64url').slice(0, 22);
}

/** Working days that the catalogue of the day of registration gives for a part; null where it does not say. */
export function limitDaysOf(
  { matter, registeredAt }: DossierChanged,
  utility: Utility,
  catalogue: Catalogue,
): number | null {
  const found = catalogue.matter(matter, shanghaiDate(new Date(registeredAt)));
  return (found && partOf(found, utility)?.limit.days) ?? null;
}
