import type { Person } from '@lianban/contracts';
import { maskedNumber } from '../people/masks.js';
import type { AmendRequestForm } from './requests.forms.js';
import type { Dossier } from './service-request.entity.js';

type Members = Record<string, unknown>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A merge patch (RFC 7396): objects are merged at every depth, `null` takes away, anything else takes the place. */
function merge(before: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Members = isObject(before) ? { ...before } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return merged;
}

/** Clerks read a number masked: where they send that back, the number stays. */
function unmasked(person: unknown, before: Person | undefined): unknown {
  if (!before || !isObject(person) || person.documentNumber !== maskedNumber(before)) return person;
  return { ...person, documentNumber: before.documentNumber };
}

/** The form as it would have been with the amendment: still to be read and checked as a whole. */
export function mergeAmendment(dossier: Dossier, { version: _, ...patch }: AmendRequestForm): Members {
  const { applicant, agent, ...merged } = merge(dossier, patch) as Members;
  return {
    ...merged,
    ...(applicant !== undefined && { applicant: unmasked(applicant, dossier.applicant) }),
    ...(agent !== undefined && { agent: unmasked(agent, dossier.agent) }),
  };
}
