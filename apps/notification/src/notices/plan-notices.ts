import type { RequestStatusChanged } from '@lianban/contracts';
import { withinDailyLimit } from './daily-limit.js';
import { isBatchable, type DueNotice } from './notice.js';
import { mayAcceptMore, noticesDue } from './notices-due.js';

/** A fact that becomes known later than this is news to nobody. */
const MAX_FACT_AGE_MS = 3 * 86_400_000;

/** What notification remembers of a request. */
export interface RequestState {
  requestId: string;
  /** Of the last status applied; 0 where the request is new. */
  version: number;
  /** Keys of everything that was told, or withheld. */
  keys: string[];
  /** How many repeatable notices it had today. */
  repeatedToday: number;
}

export interface NoticePlan {
  status: RequestStatusChanged;
  isNew: boolean;
  /** Keys of everything that holds true: an unsent notice of anything else is superseded. */
  dueKeys: string[];
  told: DueNotice[];
  /** Counts as told and is sent to nobody. */
  tooOld: DueNotice[];
  /** Beyond what the request may tell today. */
  withheld: DueNotice[];
  /** Acceptances wait for those of the other parts. */
  mayBatch: boolean;
}

/** Decides what a newer status gives to tell. */
export function planNotices(
  status: RequestStatusChanged,
  { version, keys, repeatedToday }: RequestState,
  now: Date,
  maxPerDay: number,
): NoticePlan {
  const due = noticesDue(status);
  const known = new Set(keys);
  const untold = due.filter(({ key }) => !known.has(key));
  const oldest = now.getTime() - MAX_FACT_AGE_MS;
  const isTooOld = ({ at }: DueNotice): boolean => Date.parse(at) < oldest;
  const fresh = untold.filter((notice) => !isTooOld(notice));
  const { told, withheld } = withinDailyLimit(fresh, repeatedToday, maxPerDay);
  return {
    status,
    isNew: version === 0,
    dueKeys: due.map(({ key }) => key),
    told,
    tooOld: untold.filter(isTooOld),
    withheld,
    mayBatch: mayAcceptMore(status) && told.every(isBatchable),
  };
}
