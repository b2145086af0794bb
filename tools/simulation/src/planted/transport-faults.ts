import { numberOf } from '../random.js';
import { correctImplementations, type Implementations } from '../implementations.js';

/** Faults of what lies between a committed row and another service's transaction. */
export const transportFaults: Record<string, Implementations> = {
  'outbox-row-lost': { ...correctImplementations, relays: ({ id }) => numberOf(id) % 200 !== 0 },

  'acknowledged-before-commit': { ...correctImplementations, acknowledges: 'before-commit' },

  'progress-without-guard': {
    ...correctImplementations,
    applyProgress: (request, progress, context) => {
      const job = request.jobs.find(({ utility }) => utility === progress.utility);
      if (job) job.progressVersion = 0;
      correctImplementations.applyProgress(request, progress, context);
    },
  },

  'tracking-ignores-versions': { ...correctImplementations, isNewer: () => true },

  'key-makes-second-request': { ...correctImplementations, findsRegistration: false },

  'correction-answered-twice': {
    ...correctImplementations,
    awaiting: (request, correctionId, ...more) => {
      const part = request.parts.find(({ answers }) =>
        answers.some((answer) => answer.correctionId === correctionId),
      );
      return part ? { part, open: ['ID_CARD'] } : request.openCorrectionPart(correctionId, ...more);
    },
  },

  'lapses-by-the-clock-alone': {
    ...correctImplementations,
    enforceDeadlines: (request, context) => {
      for (const job of request.jobs) if (job.correction) job.closedCorrections = [job.correction.id];
      correctImplementations.enforceDeadlines(request, context);
    },
  },
};
