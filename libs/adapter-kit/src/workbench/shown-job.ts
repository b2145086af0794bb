import {
  nameOfItem,
  nameOfMaterial,
  nameOfMatter,
  nameOfReason,
  shanghaiDate,
  shownFields,
  STATE_NAMES,
  type Catalogue,
  type Named,
} from '@lianban/catalogue';
import type { JobState, Language } from '@lianban/contracts';
import type { Placement } from '../jobs/placement.js';
import { partOfJob } from '../jobs/known-codes.js';

/** A job of a list in the words of people, beside its codes. */
export interface ShownInList {
  matter: string;
  state: string;
  reason?: string;
}

/** A whole job in the words of people. */
export interface ShownJob extends ShownInList {
  withdrawalReason?: string;
  stages: Named[];
  fields: (Named & { value: string })[];
  materials: Named[];
  /** What the applicant was asked for. */
  asked: Named[];
}

export interface ListedCodes {
  matter: string;
  registeredAt: string;
  state: string;
  reason: string | null;
}

export const shownInList = (
  { matter, registeredAt, state, reason }: ListedCodes,
  language: Language,
  catalogue: Catalogue,
): ShownInList => ({
  matter: nameOfMatter(matter, shanghaiDate(new Date(registeredAt)), catalogue)[language],
  state: STATE_NAMES[state as JobState][language],
  ...(reason && { reason: nameOfReason(reason, catalogue)[language] }),
});

export function shownJob(
  job: Pick<Placement, 'desired' | 'state' | 'reason' | 'withdrawalReason' | 'correction'>,
  language: Language,
  catalogue: Catalogue,
): ShownJob {
  const { desired, state, reason, withdrawalReason, correction } = job;
  const { matter, registeredAt, fields, materials } = desired.dossier;
  const part = partOfJob(desired, catalogue);
  return {
    ...shownInList({ matter, registeredAt, state, reason }, language, catalogue),
    ...(withdrawalReason && { withdrawalReason: nameOfReason(withdrawalReason, catalogue)[language] }),
    stages: (part?.stages ?? []).map(({ code, name }) => ({ code, name: name[language] })),
    fields: shownFields(part?.fields ?? [], fields, language),
    materials: materials.map(({ code }) => ({ code, name: nameOfMaterial(code, catalogue)[language] })),
    asked: (correction?.items ?? []).map((code) => ({ code, name: nameOfItem(code, catalogue)[language] })),
  };
}
