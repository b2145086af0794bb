import type { ProviderState, KnownOperation } from '../placements/provider-state.js';
import type { Placement } from '../placements/placement.js';

const MAX_LISTED = 1_000;

export interface EffectFilter {
  provider?: string;
  placement?: string;
  operation?: string;
}

const matches = (known: KnownOperation, { provider, placement, operation }: EffectFilter) =>
  (!provider || known.provider === provider) &&
  (!placement || known.placement === placement) &&
  (!operation || known.operation === operation);

/** How often something was done, over all that is sought, and of each operation (the first thousand). */
export function countEffects(providerState: ProviderState, filter: EffectFilter) {
  const found = [...providerState.operations()].filter((known) => matches(known, filter));
  const effects = found.reduce((sum, known) => sum + known.effects, 0);
  const operations = found.slice(0, MAX_LISTED).map(({ provider, placement, operation, kind, effects }) => ({
    provider,
    placement,
    operation,
    kind,
    effects,
  }));
  return { effects, operations };
}

/** A placement as its provider has it. */
export function toPlacementView(providerState: ProviderState, found: Placement) {
  const {
    provider,
    state,
    stages,
    withdrawal,
    version,
    promisedDate,
    dossier,
    references,
    seconds,
    sequence,
  } = found;
  const operations = found.operations.map((each) => ({
    ...each,
    effects: providerState.operation(provider, each.operation)?.effects ?? 0,
    outcome: providerState.operation(provider, each.operation)?.verdict.outcome,
  }));
  const status = { state, stages, withdrawal, isWithdrawn: state === 'cancelled', sequence };
  return { provider, references, seconds, ...status, version, promisedDate, dossier, operations };
}
