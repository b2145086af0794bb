import { createHash } from 'node:crypto';
import { personalFields, shanghaiDate, type Catalogue, type PersonalField } from '@lianban/catalogue';
import {
  JobDesired,
  type DossierChanged,
  type DossierPart,
  type JobPerson,
  type Person,
  type Utility,
} from '@lianban/contracts';
import { canonicalJson } from '@lianban/service-kit';
import type { Job } from './request-file.js';

/** What routing wants of a job: of the people only what the catalogue lists for that utility and matter (PIPL art. 6). */
export function wishOf(dossier: DossierChanged, job: Job, catalogue: Catalogue): JobDesired {
  const part = partOf(dossier, job.utility);
  const { applicant, agent } = personalFieldsOf(dossier, job.utility, catalogue);
  return Object.assign(new JobDesired(), {
    requestId: dossier.requestId,
    utility: job.utility,
    attempt: job.attempt,
    version: job.wantedVersion,
    provider: job.provider,
    promisedDate: job.promisedDate,
    ...(job.clock.provisional && { promisedDateProvisional: true }),
    ...(job.withdrawnFor && { withdrawnFor: job.withdrawnFor }),
    dossier: {
      receiptNumber: dossier.receiptNumber,
      matter: dossier.matter,
      registeredAt: dossier.registeredAt,
      applicant: only(dossier.applicant, applicant),
      ...(dossier.agent && { agent: only(dossier.agent, agent) }),
      address: dossier.address,
      fields: part.fields,
      materials: part.materials,
      answers: part.answers,
    },
  });
}

/** Equal digests want the same: no new version is due. A dossier comes back from the database with its keys in another order. */
export function digestOf(dossier: DossierChanged, job: Job, catalogue: Catalogue): string {
  const { version: _, ...wish } = wishOf(dossier, job, catalogue);
  return createHash('sha256').update(canonicalJson(wish)).digest('base64url').slice(0, 22);
}

export const partOf = (dossier: DossierChanged, utility: Utility): DossierPart =>
  dossier.parts.find((part) => part.utility === utility)!;

function personalFieldsOf(dossier: DossierChanged, utility: Utility, catalogue: Catalogue) {
  const matter = catalogue.matter(dossier.matter, shanghaiDate(new Date(dossier.registeredAt)));
  if (!matter) throw new Error(`the catalogue no longer has the matter ${dossier.matter}`);
  return personalFields(matter, utility);
}

function only(person: Person, fields: readonly PersonalField[]): JobPerson {
  return { kind: person.kind, ...Object.fromEntries(fields.map((field) => [field, person[field]])) };
}
