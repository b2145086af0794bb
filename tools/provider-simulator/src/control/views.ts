import type { Books, Known } from '../placements/books.js';
import type { Placement } from '../placements/placement.js';

const LONGEST_LIST = 1_000;

export interface Sought {
  provider?: string;
  placement?: string;
  operation?: string;
}

const isSought = (known: Known, { provider, placement, operation }: Sought) =>
  (!provider || known.provider === provider) &&
  (!placement || known.placement === placement) &&
  (!operation || known.operation === operation);

/** How often something was done, over all that is sought, and of each operation (the first thousand). */
export function countEffects(books: Books, sought: Sought) {
  const found = [...books.operations()].filter((known) => isSought(known, sought));
  const effects = found.reduce((sum, known) => sum + known.effects, 0);
  const operations = found
    .slice(0, LONGEST_LIST)
    .map(({ provider, placement, operation, kind, effects }) => ({
      provider,
      placement,
      operation,
      kind,
      effects,
    }));
  return { effects, operations };
}

/** The picture that a provider has of a placement in the end. */
export function pictureOf(books: Books, found: Placement) {
  const { provider, state, stages, withdrawal, version, promisedDate, dossier, references, sequence } = found;
  const operations = found.operations.map((told) => ({
    ...told,
    effects: books.operation(provider, told.operation)?.effects ?? 0,
    outcome: books.operation(provider, told.operation)?.verdict.outcome,
  }));
  const standing = { state, stages, withdrawal, isWithdrawn: state === 'cancelled', sequence };
  return { provider, references, ...standing, version, promisedDate, dossier, operations };
}
