import { createHash } from 'node:crypto';
import { canonicalJson } from '@lianban/service-kit';
import type { Observation, OpenJob, ProviderReport } from './utility-driver.js';

/**
 * Reports of what was seen of a job. The same sight gives the same report within `episode`, which is what tells it from the same
 * sight at another time: an event's id, or since when our state of the job stands and what is asked of the provider. A stage is reached once for all.
 */
export const observed = (
  { requestId, attempt }: Pick<OpenJob, 'requestId' | 'attempt'>,
  seenAt: Date,
  episode: string,
  observations: readonly Observation[],
): ProviderReport[] =>
  observations.map((seen) => ({
    id: `seen:${digestOf({ ...seen, attempt, ...(!isLasting(seen) && { episode }) })}`,
    ...{ requestId, attempt },
    report: { ...seen, at: seenAt.toISOString() },
  }));

const isLasting = ({ stage, state, withdrawal }: Observation): boolean =>
  stage !== undefined && state === undefined && withdrawal === undefined;

const digestOf = (value: object): string =>
  createHash('sha256').update(canonicalJson(value)).digest('base64url');
