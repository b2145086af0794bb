import type { RequestStatusChanged } from '@lianban/contracts';
import { withinDailyLimit } from './daily-limit.js';
import { isBatchable, type DueNotice } from './notice.js';
import { mayAcceptMore, noticesDue } from './notices-due.js';

/** Older facts are not sent. */
const MAX_FACT_AGE_MS = 3 * 86_400_000;

/** What notification stores about a request. */
export interface RequestState {
  requestId: string;
  /** Of the last status applied; 0 where the request is new. */
  version: number;
  /** Keys of all notices so far, sent or withheld. */
  keys: string[];
  /** How many repeatable notices it had today. */
  repeatedToday: number;
}

export interface NoticePlan {
  status: RequestStatusChanged;
  isNew: boolean;
  /** Keys of all facts that hold true; other unsent notices are superseded. */
  dueKeys: string[];
  toSend: DueNotice[];
  /** Stored and never sent. */
  tooOld: DueNotice[];
  /** Beyond the daily limit. */
  withheld: DueNotice[];
  /** Acceptances wait for those of the other parts. */
  mayBatch: boolean;
}

/** Decides which notices a newer status makes. */
export function planNotices(
  status: RequestStatusChanged,
  { version, keys, repeatedToday }: RequestState,
  now: Date,
  maxPerDay: number,
): NoticePlan {
  const due = noticesDue(status);
  const known = new Set(keys);
  const unseen = due.filter(({ key }) => !known.has(key));
  const oldest = now.getTime() - MAX_FACT_AGE_MS;
  const isTooOld = ({ at }: DueNotice): boolean => Date.parse(at) < oldest;
  const fresh = unseen.filter((notice) => !isTooOld(notice));
  const { allowed: told, withheld } = withinDailyLimit(fresh, repeatedToday, maxPerDay);
  return {
    status,
    isNew: version === 0,
    dueKeys: due.map(({ key }) => key),
    toSend: told,
    tooOld: unseen.filter(isTooOld),
    withheld,
    mayBatch: mayAcceptMore(status) && told.every(isBatchable),
  };
}
