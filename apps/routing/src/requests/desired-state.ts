import { createHash } from 'node:crypto';
import { partOf, personalFields, shanghaiDate, type Catalogue, type PersonalField } from '@lianban/catalogue';
import {
  JobDesired,
  type DossierChanged,
  type JobPerson,
  type Person,
  type Utility,
} from '@lianban/contracts';
import { canonicalJson } from '@lianban/service-kit';
import type { RoutedJob } from './routed-job.js';

/** What routing wants of a job: of the people only what the catalogue lists for that utility and matter (PIPL art. 6). */
export function buildDesiredState(dossier: DossierChanged, job: RoutedJob, catalogue: Catalogue): JobDesired {
  const part = dossier.parts.find(({ utility }) => utility === job.utility)!;
  const { applicant, agent } = personalFieldsFor(dossier, job.utility, catalogue);
  return Object.assign(new JobDesired(), {
    requestId: dossier.requestId,
    utility: job.utility,
    attempt: job.attempt,
    version: job.desiredVersion,
    provider: job.provider,
    promisedDate: job.promisedDate,
    ...(job.slaProvisional && { promisedDateProvisional: true }),
    ...(job.cancelReason && { withdrawnFor: job.cancelReason }),
    dossier: {
      receiptNumber: dossier.receiptNumber,
      matter: dossier.matter,
      registeredAt: dossier.registeredAt,
      applicant: pick(dossier.applicant, applicant),
      ...(dossier.agent && { agent: pick(dossier.agent, agent) }),
      address: dossier.address,
      fields: part.fields,
      materials: part.materials,
      answers: part.answers,
    },
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

function personalFieldsFor(dossier: DossierChanged, utility: Utility, catalogue: Catalogue) {
  const matter = catalogue.matter(dossier.matter, shanghaiDate(new Date(dossier.registeredAt)));
  if (!matter) throw new Error(`the catalogue no longer has the matter ${dossier.matter}`);
  return personalFields(matter, utility);
}

function pick(person: Person, fields: readonly PersonalField[]): JobPerson {
  return { kind: person.kind, ...Object.fromEntries(fields.map((field) => [field, person[field]])) };
}
