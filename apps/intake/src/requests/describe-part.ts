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
import type { Language } from '@lianban/service-kit';
import type { JobStateView } from '../job-states/job-states.js';
import type { RequestedPart, ServiceRequest } from './service-request.entity.js';

/** A part in words, beside its codes. */
export interface DescribedPart {
  state?: string;
  cancelReason?: string;
  materials: Named[];
  fields: (Named & { value: string })[];
  /** Open items of the correction. */
  asked?: Named[];
}

/** Describes a part in the reader's language. */
export function describePart(
  { dossier, registeredAt }: ServiceRequest,
  { utility, materials, cancelReason }: RequestedPart,
  job: JobStateView | undefined,
  language: Language,
  catalogue: Catalogue,
): DescribedPart {
  const matter = catalogue.matter(dossier.matter, shanghaiDate(registeredAt));
  const fields = (matter && partOf(matter, utility)?.fields) ?? [];
  const values = dossier.parts[utility]?.fields ?? {};
  return {
    ...(job && { state: STATE_NAMES[job.state][language] }),
    ...(cancelReason && { cancelReason: nameOfReason(cancelReason, catalogue)[language] }),
    materials: materials.map(({ code }) => ({ code, name: nameOfMaterial(code, catalogue)[language] })),
    fields: shownFields(fields, values, language),
    ...(job?.correction && {
      asked: job.correction.items.map((code) => ({ code, name: nameOfItem(code, catalogue)[language] })),
    }),
  };
}
