import { maskNumber, type Person } from '@lianban/contracts';
import type { AmendRequestForm } from './requests.forms.js';
import type { Dossier } from './service-request.entity.js';

type Members = Record<string, unknown>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON merge patch (RFC 7396). */
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

/** A clerk who sends back a masked number leaves it unchanged. */
function unmasked(person: unknown, before: Person | undefined): unknown {
  if (!before || !isObject(person) || person.documentNumber !== maskNumber(before)) return person;
  return { ...person, documentNumber: before.documentNumber };
}

/** The amended form, still to be validated as a whole. */
export function mergeAmendment(dossier: Dossier, { version: _, ...patch }: AmendRequestForm): Members {
  const { applicant, agent, ...merged } = merge(dossier, patch) as Members;
  return {
    ...merged,
    ...(applicant !== undefined && { applicant: unmasked(applicant, dossier.applicant) }),
    ...(agent !== undefined && { agent: unmasked(agent, dossier.agent) }),
  };
}
