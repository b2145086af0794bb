import { numberOf } from '../random.js';
import { soundWays, type Ways } from '../ways.js';

/** Faults of what lies between a committed row and another service's transaction. */
export const transportFaults: Record<string, Ways> = {
  'outbox-row-lost': { ...soundWays, relays: ({ id }) => numberOf(id) % 200 !== 0 },

  'acknowledged-before-commit': { ...soundWays, acknowledges: 'before-commit' },

  'no-inbox-no-guard': {
    ...soundWays,
    hasInbox: false,
    followProgress: (file, progress, context) => {
      const job = file.jobs.find(({ utility }) => utility === progress.utility);
      if (job) job.progress = { attempt: 0, version: 0 };
      soundWays.followProgress(file, progress, context);
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
      return part ? { part, open: ['ID_CARD'] } : request.awaiting(correctionId, ...more);
    },
  },

  'lapses-by-the-clock-alone': {
    ...soundWays,
    lookAtClocks: (file, context) => {
      for (const job of file.jobs) if (job.correction) job.closedCorrections = [job.correction.id];
      soundWays.lookAtClocks(file, context);
    },
  },
};
