import type { Answer } from './intake.events.js';
import type { OpenCorrection } from './job-parts.js';

const FIELD = 'fields.';

/**
 * The items of a correction still open after these answers. A material is supplied by its code, a field by its name with or
 * without `fields.`, anything else by confirmation.
 */
export function openItems(
  { id, items }: Pick<OpenCorrection, 'id' | 'items'>,
  answers: readonly Omit<Answer, 'answeredAt'>[],
): string[] {
  const given = new Set(answers.filter(({ correctionId }) => correctionId === id).flatMap(itemsGiven));
  return items.filter((item) => !given.has(item) && !given.has(FIELD + item));
}

const itemsGiven = ({ materials, fields, confirmed = [] }: Omit<Answer, 'answeredAt'>): string[] => [
  ...materials.map(({ code }) => code),
  ...Object.keys(fields).map((field) => FIELD + field),
  ...confirmed,
];
