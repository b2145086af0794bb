import { numberOf } from '../random.js';
import { soundWays, type Ways } from '../ways.js';

/** Faults of what lies between a committed row and another service's transaction. */
export const transportFaults: Record<string, Ways> = {
  'outbox-row-lost': { ...soundWays, relays: ({ id }) => numberOf(id) % 200 !== 0 },

  'acknowledged-before-commit': { ...soundWays, acknowledges: 'before-commit' },

  'progress-without-guard': {
    ...soundWays,
    applyProgress: (request, progress, context) => {
      const job = request.jobs.find(({ utility }) => utility === progress.utility);
      if (job) job.progressVersion = 0;
      soundWays.applyProgress(request, progress, context);
    },
  },

  'tracking-ignores-versions': { ...soundWays, isNewer: () => true },

  'key-makes-second-request': { ...soundWays, findsRegistration: false },

  'correction-answered-twice': {
    ...soundWays,
    awaiting: (request, correctionId, ...more) => {
      const part = request.parts.find(({ answers }) =>
        answers.some((answer) => answer.correctionId === correctionId),
      );
      return part ? { part, open: ['ID_CARD'] } : request.openCorrectionPart(correctionId, ...more);
    },
  },

  'lapses-by-the-clock-alone': {
    ...soundWays,
    enforceDeadlines: (request, context) => {
      for (const job of request.jobs) if (job.correction) job.closedCorrections = [job.correction.id];
      soundWays.enforceDeadlines(request, context);
    },
  },
};
