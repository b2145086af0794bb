import {
  isTerminal,
  type Fact,
  type FactKind,
  type JobStatus,
  type RequestStatusChanged,
} from '@lianban/contracts';
import type { DueNotice } from './notice.js';

type Status = Pick<RequestStatusChanged, 'phase' | 'jobs' | 'facts' | 'outcome'>;
type Details = Partial<DueNotice>;
type JobRule = (fact: Fact, job: JobStatus, status: Status) => Details | undefined;

/** Every fact of a status that concerns the applicant and still holds true, in order. */
export function noticesDue(status: Status): DueNotice[] {
  return status.facts.flatMap((fact) => {
    const details = detailsOf(fact, status);
    return details && fact.kind !== 'rerouted'
      ? [{ key: fact.id, kind: fact.kind, at: fact.at, ...details }]
      : [];
  });
}

/** May another part still be accepted? */
export const mayAcceptMore = ({ jobs }: Pick<Status, 'jobs'>): boolean =>
  jobs.some(({ accepted, state }) => !accepted && !isTerminal(state));

/** Undefined if the fact no longer holds true. */
function detailsOf(fact: Fact, status: Status): Details | undefined {
  if (fact.kind === 'registered') return status.phase === 'ended' ? undefined : {};
  if (fact.kind === 'ended') return detailsOfEnd(fact, status);
  if (fact.kind === 'promise-moved') return detailsOfMovedPromises(fact, status);
  const job = status.jobs.find(({ utility }) => utility === fact.utility);
  const details = job && JOB_RULES[fact.kind]?.(fact, job, status);
  return details && { utility: job.utility, provider: fact.provider ?? job.provider, ...details };
}

const JOB_RULES: Partial<Record<FactKind, JobRule>> = {
  // Acceptance is a formal outcome: it is sent even if the part has ended meanwhile.
  accepted: (_, { clock }) => ({ date: clock.slaDate }),
  correction: (fact, job) =>
    isApplicantsTurn(job) && fact.id === `correction:${job.correction?.id}`
      ? { ...turnDetails(job), items: job.correction!.items }
      : undefined,
  action: (fact, job, status) =>
    isApplicantsTurn(job) && !job.correction && isNewest(fact, status) ? turnDetails(job) : undefined,
  reminder: (fact, job) =>
    isApplicantsTurn(job) &&
    job.deadlineOutcome !== 'auto-cancelled' &&
    fact.id === `reminder:${job.utility}:${job.holderDeadline}`
      ? turnDetails(job)
      : undefined,
  'withdrawal-refused': (fact, job, status) =>
    job.withdrawnByApplicant &&
    job.withdrawal === 'refused' &&
    !isTerminal(job.state) &&
    isNewest(fact, status)
      ? { reason: fact.reason ?? job.withdrawalReason }
      : undefined,
  // The end of the request replaces the completion of its last part.
  completed: (_, __, { phase }) => (phase === 'ended' ? undefined : {}),
  'partly-completed': detailsOfEndedPart,
  refused: detailsOfEndedPart,
  failed: detailsOfEndedPart,
  cancelled: (fact, job) => ({
    ...detailsOfEndedPart(fact, job),
    ...((fact.reason ?? job.reason) === 'lapsed' && { kind: 'lapsed' as const }),
  }),
};

function detailsOfEndedPart(fact: Fact, job: JobStatus): Details {
  return { reason: fact.reason ?? job.reason };
}

/** A request of one part that failed was reported by the end of that part. */
function detailsOfEnd(fact: Fact, { jobs, outcome = fact.outcome }: Status): Details | undefined {
  return jobs.length === 1 && outcome !== 'completed' ? undefined : { outcome };
}

function detailsOfMovedPromises({ moved = [] }: Fact, { jobs }: Status): Details | undefined {
  const open = new Set(jobs.filter(({ state }) => !isTerminal(state)).map(({ utility }) => utility));
  const stillMoved = moved.filter(({ utility }) => open.has(utility));
  return stillMoved.length > 0 ? { moved: stillMoved } : undefined;
}

const isApplicantsTurn = ({ state, holder }: JobStatus): boolean =>
  state === 'waiting' || (state === 'held' && holder === 'applicant');

const turnDetails = ({ reason, holderDeadline, holderDeadlineProvisional }: JobStatus): Details => ({
  reason,
  date: holderDeadline,
  provisional: holderDeadlineProvisional || undefined,
});

/** Only the newest of repeated facts about a part counts. */
const isNewest = (fact: Fact, { facts }: Status): boolean =>
  facts.findLast(({ kind, utility }) => kind === fact.kind && utility === fact.utility) === fact;
