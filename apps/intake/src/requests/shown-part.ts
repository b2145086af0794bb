import {
  nameOfItem,
  nameOfMaterial,
  nameOfReason,
  partOf,
  shanghaiDate,
  shownFields,
  STATE_NAMES,
  type Catalogue,
  type Named,
} from '@lianban/catalogue';
import type { JobStateView } from '../job-states/job-states.js';
import type { RequestedPart, ServiceRequest } from './service-request.entity.js';

/** A part in the words of people, beside its codes. */
export interface ShownPart {
  state?: string;
  withdrawnFor?: string;
  materials: Named[];
  fields: (Named & { value: string })[];
  /** What the correction still asks for. */
  asked?: Named[];
}

/** Writes a part in the applicant's language. */
export function shownPart(
  { dossier, registeredAt }: ServiceRequest,
  { utility, materials, withdrawnFor }: RequestedPart,
  job: JobStateView | undefined,
  catalogue: Catalogue,
): ShownPart {
  const { language } = dossier;
  const matter = catalogue.matter(dossier.matter, shanghaiDate(registeredAt));
  const fields = (matter && partOf(matter, utility)?.fields) ?? [];
  const values = dossier.parts[utility]?.fields ?? {};
  return {
    ...(job && { state: STATE_NAMES[job.state][language] }),
    ...(withdrawnFor && { withdrawnFor: nameOfReason(withdrawnFor, catalogue)[language] }),
    materials: materials.map(({ code }) => ({ code, name: nameOfMaterial(code, catalogue)[language] })),
    fields: shownFields(fields, values, language),
    ...(job?.correction && {
      asked: job.correction.items.map((code) => ({ code, name: nameOfItem(code, catalogue)[language] })),
    }),
  };
}
