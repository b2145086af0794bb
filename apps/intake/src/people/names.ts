import { forbiddenInName, type Forbidden } from '../texts/forbidden.js';

/** The names of foreigners fill two lines of a travel document. */
export const LONGEST_NAME = 100;
const SHORTEST_NAME = 2;

export type NameFault =
  ({ code: 'forbidden-characters' } & Forbidden) | { code: 'wrong-length'; limits: readonly number[] };

/** What is wrong with a name: its characters or its length, counted in characters as people count them. */
export function faultOfName(kind: 'person' | 'organisation', name: string): NameFault | undefined {
  const length = [...name].length;
  if (length < SHORTEST_NAME || length > LONGEST_NAME)
    return { code: 'wrong-length', limits: [SHORTEST_NAME, LONGEST_NAME] };
  const forbidden = forbiddenInName(kind, name);
  return forbidden && { code: 'forbidden-characters', ...forbidden };
}
