import type { AmendRequestForm } from './requests.forms.js';
import type { Dossier } from './service-request.entity.js';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mergeFields = (before: unknown, amended: unknown) =>
  isObject(before) && isObject(amended) ? { ...before, ...amended } : amended;

function mergePart(before: unknown, amended: unknown): unknown {
  if (!isObject(before) || !isObject(amended)) return amended;
  return { ...before, ...amended, fields: mergeFields(before.fields, amended.fields ?? {}) };
}

function mergeParts(before: Dossier['parts'], amended: unknown): unknown {
  if (amended === undefined) return before;
  if (!isObject(amended)) return amended;
  const merged = Object.entries(amended).map(([utility, part]) => [
    utility,
    mergePart(before[utility as keyof Dossier['parts']], part),
  ]);
  return { ...before, ...Object.fromEntries(merged) };
}

/** The form as it would have been with the amendment: still to be read and checked as a whole. */
export function mergeAmendment(dossier: Dossier, amendment: AmendRequestForm): Record<string, unknown> {
  const { version: _, parts, ...rest } = amendment;
  const named = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { ...dossier, ...Object.fromEntries(named), parts: mergeParts(dossier.parts, parts) };
}
