import { correctImplementations, type Implementations } from '../implementations.js';

/** Faults of how an adapter tells a provider what is desired. */
export const deliveryFaults: Record<string, Implementations> = {
  'second-try-without-look-up': { ...correctImplementations, looksFirst: () => false },

  'absent-believed-at-once': { ...correctImplementations, believesAbsent: () => true },

  'body-thawed': {
    ...correctImplementations,
    recordOutcome: (job, id, outcome, retryPolicy, context) => {
      correctImplementations.recordOutcome(job, id, outcome, retryPolicy, context);
      for (const { operation, desired } of job.placements)
        if (operation?.outcomeUnknown)
          operation.body = { ...operation.body, version: desired.version, dossier: desired.dossier };
    },
  },

  'unknown-sent-under-new-key': {
    ...correctImplementations,
    recordOutcome: (job, id, outcome, retryPolicy, context) => {
      const isUnknown = outcome.kind === 'unknown';
      const known = isUnknown ? ({ ...outcome, kind: 'not-sent' } as const) : outcome;
      correctImplementations.recordOutcome(job, id, known, retryPolicy, context);
      for (const { operation } of job.placements)
        if (isUnknown && operation?.id === id) operation.id = context.newId();
    },
  },

  'old-attempt-not-withdrawn': {
    ...correctImplementations,
    applyDesiredState: (job, desired, context) => {
      const previous = job.placements.at(-1);
      const before = previous && structuredClone({ ...previous });
      correctImplementations.applyDesiredState(job, desired, context);
      if (previous?.superseded && previous.attempt < desired.attempt)
        Object.assign(previous, before, { superseded: false });
    },
  },
};
