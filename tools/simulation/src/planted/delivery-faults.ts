import { soundWays, type Ways } from '../ways.js';

/** Faults of how an adapter tells a provider what is wanted. */
export const deliveryFaults: Record<string, Ways> = {
  'second-try-without-look-up': { ...soundWays, looksFirst: () => false },

  'absent-believed-at-once': { ...soundWays, believesAbsent: () => true },

  'body-thawed': {
    ...soundWays,
    recordOutcome: (file, id, outcome, patience, context) => {
      soundWays.recordOutcome(file, id, outcome, patience, context);
      for (const { operation, desired } of file.placements)
        if (operation?.outcomeUnknown)
          operation.body = { ...operation.body, version: desired.version, dossier: desired.dossier };
    },
  },

  'unknown-sent-under-new-key': {
    ...soundWays,
    recordOutcome: (file, id, outcome, patience, context) => {
      const isUnknown = outcome.kind === 'unknown';
      const known = isUnknown ? ({ ...outcome, kind: 'not-sent' } as const) : outcome;
      soundWays.recordOutcome(file, id, known, patience, context);
      for (const { operation } of file.placements)
        if (isUnknown && operation?.id === id) operation.id = context.newId();
    },
  },

  'old-attempt-not-withdrawn': {
    ...soundWays,
    applyDesiredState: (file, wanted, context) => {
      const previous = file.placements.at(-1);
      const before = previous && structuredClone(previous);
      soundWays.applyDesiredState(file, wanted, context);
      if (previous?.superseded && previous.attempt < wanted.attempt)
        Object.assign(previous, before, { superseded: false });
    },
  },
};
