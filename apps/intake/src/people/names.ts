import { findForbiddenInName, type ForbiddenCharacter } from '../texts/forbidden.js';

/** A foreign name may fill two lines of a travel document. */
export const MAX_NAME_LENGTH = 100;
const MIN_NAME_LENGTH = 2;

export type NameError =
  | ({ code: 'forbidden-characters' } & ForbiddenCharacter)
  | { code: 'wrong-length'; limits: readonly number[] };

/** Checks a name's characters and its length in code points. */
export function findNameError(kind: 'person' | 'organisation', name: string): NameError | undefined {
  const length = [...name].length;
  if (length < MIN_NAME_LENGTH || length > MAX_NAME_LENGTH)
    return { code: 'wrong-length', limits: [MIN_NAME_LENGTH, MAX_NAME_LENGTH] };
  const forbidden = findForbiddenInName(kind, name);
  return forbidden && { code: 'forbidden-characters', ...forbidden };
}
