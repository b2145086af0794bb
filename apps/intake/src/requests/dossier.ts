import type { CheckedRequest } from './check-request.js';
import type { Dossier, RequestedPart } from './service-request.entity.js';

const withoutNulls = (fields: Record<string, unknown> = {}) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

/** Converts a valid form for storage; fields with null are dropped. */
export function toDossier({ form }: CheckedRequest): Dossier {
  const parts = Object.entries(form.parts).map(([utility, part]) => [
    utility,
    { fields: withoutNulls(part.fields) },
  ]);
  const { agent, ...rest } = form;
  return { ...rest, ...(agent && { agent }), parts: Object.fromEntries(parts) as Dossier['parts'] };
}

export const toRequestedParts = ({ parts }: CheckedRequest): RequestedPart[] =>
  parts.map(({ part, provider, promisedDate, materials }) => ({
    utility: part.utility,
    provider: provider.id,
    promisedDate,
    materials,
    answers: [],
  }));
