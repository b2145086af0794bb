import type { CheckedRequest } from './check-request.js';
import type { Dossier, RequestedPart } from './service-request.entity.js';

const known = (fields: Record<string, unknown> = {}) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

/** A form that is in order, as it is kept: a field that is null was not given. */
export function toDossier({ form }: CheckedRequest): Dossier {
  const parts = Object.entries(form.parts).map(([utility, part]) => [
    utility,
    { fields: known(part.fields) },
  ]);
  const { agent, ...rest } = form;
  return { ...rest, ...(agent && { agent }), parts: Object.fromEntries(parts) as Dossier['parts'] };
}

export const requestedParts = ({ parts }: CheckedRequest): RequestedPart[] =>
  parts.map(({ part, provider, promisedDate, materials }) => ({
    utility: part.utility,
    provider: provider.id,
    promisedDate,
    materials,
    answers: [],
  }));
