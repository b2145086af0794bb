import type { JobState } from '@lianban/contracts';
import type { ListedJob, Observation } from '../drivers/utility-driver.js';
import type { Difference } from '../jobs/finding.js';

/** A placement as we have it. */
export interface OwnPlacement {
  requestId: string;
  attempt: number;
  state: JobState;
  /** Since when. */
  since: string;
  reference: string | null;
  secondReference: string | null;
  ackedVersion: number | null;
  /** Is the provider being told something, or has something changed since its list was asked for? Then it may differ. */
  isMoving: boolean;
}

const stateOf = ({ observations }: ListedJob): JobState | undefined =>
  observations.findLast(({ state }) => state !== undefined)?.state;

/** What the provider has and we have not heard of: nothing where its state and its number are ours. */
export function newsIn(listed: ListedJob, own: OwnPlacement): Observation[] {
  const { reference, observations } = listed;
  const isKnown = reference === undefined || [own.reference, own.secondReference].includes(reference);
  const state = stateOf(listed);
  if (isKnown && (state === undefined || state === own.state)) return [];
  if (reference === undefined) return observations;
  return observations.length > 0 ? observations.map((each) => ({ ...each, reference })) : [{ reference }];
}

/** Where they disagree for good, once what is news has been applied. */
export function differencesBetween(listed: ListedJob, own: OwnPlacement | undefined): Difference[] {
  if (!own) return ['unknown-to-us'];
  const isOfSecondOrder = listed.reference !== undefined && listed.reference === own.secondReference;
  if (own.isMoving || isOfSecondOrder) return [];
  const state = stateOf(listed);
  const isBehind = listed.version !== undefined && listed.version < (own.ackedVersion ?? 0);
  return [
    ...(state !== undefined && state !== own.state ? (['state-differs'] as const) : []),
    ...(isBehind ? (['dossier-differs'] as const) : []),
  ];
}
