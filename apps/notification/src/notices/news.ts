import { isTerminal, overallStatus, type Outcome, type RequestPart, type Utility } from '@lianban/contracts';
import type { KnownDecision, KnownJob, KnownRequest } from '../requests/known-request.js';

export type NewsEvent =
  | 'registered'
  | 'accepted'
  | 'correction'
  | 'action'
  | 'reminder'
  | 'withdrawal-refused'
  | 'completed'
  | 'partly-completed'
  | 'refused'
  | 'failed'
  | 'cancelled'
  | 'lapsed'
  | 'promise-moved'
  | 'ended';

/** Something the applicant shall know, in codes; nothing of a person. */
export interface News {
  /** Tells it from everything else about the same request: told once per key. */
  key: string;
  event: NewsEvent;
  utility?: Utility;
  provider?: string;
  date?: string;
  /** Was the date counted with days of a year whose holidays are not announced yet? */
  provisional?: boolean;
  reason?: string;
  items?: string[];
  outcome?: Outcome;
  /** Parts whose promise an announcement has moved, and to which date. */
  moved?: { utility: Utility; date: string }[];
}

export interface Change {
  requestId: string;
  /** What is true now and was not before. */
  news: News[];
  /** Keys of what was true before and is no longer. */
  overtaken: string[];
  /** Do its acceptances wait for those of other parts, as nothing else is to be told? */
  gathers: boolean;
  /** Are acceptances that wait to be told now? */
  hurries: boolean;
}

/** What is news between the last snapshot told and the new one. */
export function changeOf(before: KnownRequest, after: KnownRequest): Change {
  const [old, fresh] = [newsOf(before), newsOf(after)];
  const isIn = (list: News[], { key }: News): boolean => list.some((each) => each.key === key);
  const news = fresh.filter((each) => !isIn(old, each));
  const gathers = mayAcceptMore(after) && news.every((each) => isAcceptance(each) || each === registered);
  return {
    requestId: after.requestId,
    news,
    overtaken: old.filter((each) => !isIn(fresh, each)).map(({ key }) => key),
    gathers,
    hurries: !gathers && old.some(isAcceptance),
  };
}

export const isAcceptance = ({ event }: News): boolean => event === 'accepted';

function mayAcceptMore({ request, jobs }: KnownRequest): boolean {
  const isOpen = ({ utility }: RequestPart): boolean => !jobs[utility]?.accepted && !isOver(jobs[utility]);
  return request?.parts.some(isOpen) ?? false;
}

/** Everything worth telling about how a request stands; nothing before the request itself is known. */
export function newsOf(known: KnownRequest): News[] {
  if (!known.request) return [];
  const { parts } = known.request;
  const hasEnded = parts.every(({ utility }) => isOver(known.jobs[utility]));
  const ofJobs = parts.flatMap((part) => newsOfPart(part, known, hasEnded));
  return [...(hasEnded ? [] : [registered]), ...ofJobs, ...movedPromises(known), ...newsOfEnd(known)];
}

const registered: News = { key: 'registered', event: 'registered' };
const isOver = (job?: KnownJob): boolean => job !== undefined && isTerminal(job.state);

function newsOfPart(part: RequestPart, { jobs, decision }: KnownRequest, hasEnded: boolean): News[] {
  const job = jobs[part.utility];
  if (!job) return [];
  if (isTerminal(job.state)) return newsOfOver(part.utility, job, hasEnded);
  const decided = decision?.jobs.find(({ utility }) => utility === part.utility);
  return [
    ...acceptance(part, job, decided),
    ...turn(part.utility, job, decided),
    ...refusedWithdrawal(part, job),
  ];
}

/** One news for all parts that one version of the catalogue has moved. */
function movedPromises({ jobs, decision }: KnownRequest): News[] {
  const moved = (decision?.jobs ?? []).filter(
    ({ utility, promiseMoved }) => promiseMoved && !isOver(jobs[utility]),
  );
  const byVersion = Map.groupBy(moved, ({ promiseMoved }) => promiseMoved!.catalogueVersion);
  return [...byVersion].map(([version, parts]) => ({
    key: `promise-moved:${version}`,
    event: 'promise-moved',
    moved: parts.map(({ utility, promiseMoved }) => ({ utility, date: promiseMoved!.to })),
  }));
}

/** The end of the whole request says "completed" for its last part too. */
function newsOfOver(utility: Utility, { state, provider, reason }: KnownJob, hasEnded: boolean): News[] {
  if (state === 'completed' && hasEnded) return [];
  const event = state === 'cancelled' && reason === 'lapsed' ? 'lapsed' : (state as NewsEvent);
  return [{ key: `${event}:${utility}`, event, utility, provider, reason }];
}

function acceptance({ utility, promisedDate }: RequestPart, job: KnownJob, decided?: KnownDecision): News[] {
  if (!job.accepted) return [];
  const date = decided?.clockDate ?? promisedDate;
  return [{ key: `accepted:${utility}`, event: 'accepted', utility, provider: job.provider, date }];
}

/** The applicant's turn, and the reminder before its due date. */
function turn(utility: Utility, job: KnownJob, decided?: KnownDecision): News[] {
  const { state, holder, provider, reason, correction, since, dueDate: date } = job;
  const provisional = job.dueDateProvisional || undefined;
  if (state !== 'waiting' && !(state === 'held' && holder === 'applicant')) return [];
  const about = { utility, provider, reason, date, provisional };
  const asked: News = correction
    ? { ...about, key: `correction:${correction.id}`, event: 'correction', items: correction.items }
    : { ...about, key: `action:${utility}:${since}`, event: 'action' };
  if (!isReminded(job, decided)) return [asked];
  return [asked, { ...about, key: `reminder:${utility}:${date}`, event: 'reminder' }];
}

const isReminded = ({ attempt, dueDate, correction }: KnownJob, decided?: KnownDecision): boolean =>
  decided !== undefined &&
  dueDate !== undefined &&
  decided.remindedFor === dueDate &&
  decided.attempt === attempt &&
  decided.correctionId === correction?.id &&
  decided.lapsed !== 'withdrawn';

/** Only where the applicant asked for the withdrawal himself. */
function refusedWithdrawal({ utility, withdrawn }: RequestPart, job: KnownJob): News[] {
  const { provider, withdrawalRefusedIn, withdrawalReason: reason } = job;
  if (!withdrawn || withdrawalRefusedIn === undefined) return [];
  const key = `withdrawal-refused:${utility}:${withdrawalRefusedIn}`;
  return [{ key, event: 'withdrawal-refused', utility, provider, reason }];
}

/** As routing decided it; a request of one part that did not succeed was told so by that part. */
function newsOfEnd({ request, decision }: KnownRequest): News[] {
  if (!decision?.endedAt) return [];
  const standing = decision.jobs.map((job) => ({ ...job, delivered: true, accepted: true }));
  const { outcome } = overallStatus(standing);
  if (request!.parts.length === 1 && outcome !== 'completed') return [];
  return [{ key: 'ended', event: 'ended', outcome }];
}
