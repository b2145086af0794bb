import { canonicalJson } from '@lianban/service-kit';
import type { JobDossier } from '@lianban/contracts';

/** What differs between two versions of a dossier: `applicant`, `agent`, `address`, `fields.<code>`, or a material's code. */
export function amendedParts(before: JobDossier, after: JobDossier): string[] {
  const people = (['applicant', 'agent', 'address'] as const).filter((part) =>
    differs(before[part], after[part]),
  );
  const fields = keysOf(before.fields, after.fields)
    .filter((code) => differs(before.fields[code], after.fields[code]))
    .map((code) => `fields.${code}`);
  const [had, has] = [byCode(before), byCode(after)];
  const materials = keysOf(had, has).filter((code) => differs(had[code], has[code]));
  return [...people, ...fields, ...materials];
}

const differs = (one: unknown, other: unknown): boolean =>
  canonicalJson(one ?? null) !== canonicalJson(other ?? null);

const keysOf = (one: object, other: object): string[] => [
  ...new Set([...Object.keys(one), ...Object.keys(other)]),
];

const byCode = ({ materials }: JobDossier): Record<string, unknown> =>
  Object.fromEntries(materials.map((material) => [material.code, material]));
