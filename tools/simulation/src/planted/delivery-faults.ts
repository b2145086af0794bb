import { correctImplementations, type Implementations } from '../implementations.js';

/** Faults of how an adapter tells a provider what is wanted. */
export const deliveryFaults: Record<string, Implementations> = {
  'second-try-without-look-up': { ...correctImplementations, looksFirst: () => false },

  'absent-believed-at-once': { ...correctImplementations, believesAbsent: () => true },

  'body-thawed': {
    ...correctImplementations,
    recordOutcome: (file, id, outcome, patience, context) => {
      correctImplementations.recordOutcome(file, id, outcome, patience, context);
      for (const { operation, desired } of file.placements)
        if (operation?.outcomeUnknown)
          operation.body = { ...operation.body, version: desired.version, dossier: desired.dossier };
    },
  },

  'unknown-sent-under-new-key': {
    ...correctImplementations,
    recordOutcome: (file, id, outcome, patience, context) => {
      const isUnknown = outcome.kind === 'unknown';
      const known = isUnknown ? ({ ...outcome, kind: 'not-sent' } as const) : outcome;
      correctImplementations.recordOutcome(file, id, known, patience, context);
      for (const { operation } of file.placements)
        if (isUnknown && operation?.id === id) operation.id = context.newId();
    },
  },

  'old-attempt-not-withdrawn': {
    ...correctImplementations,
    applyDesiredState: (file, wanted, context) => {
      const previous = file.placements.at(-1);
      const before = previous && structuredClone(previous);
      correctImplementations.applyDesiredState(file, wanted, context);
      if (previous?.superseded && previous.attempt < wanted.attempt)
        Object.assign(previous, before, { superseded: false });
    },
  },
};
