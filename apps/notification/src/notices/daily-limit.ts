import type { DueNotice, Notice, NoticeKind } from './notice.js';

/** Repeatable notices; all others are sent at most once per part. */
export const REPEATABLE: readonly NoticeKind[] = ['correction', 'action', 'reminder', 'withdrawal-refused'];

export interface LimitedNotices {
  allowed: DueNotice[];
  withheld: DueNotice[];
}

/**
 * Applies the daily limit: ends and acceptances always pass, corrections up to the limit, other repeatable notices up to half of
 * it.
 */
export function withinDailyLimit(
  notices: readonly DueNotice[],
  repeatedToday: number,
  limit: number,
): LimitedNotices {
  const withheld = new Set<DueNotice>();
  let used = repeatedToday;
  for (const notice of correctionsFirst(notices.filter(({ kind }) => REPEATABLE.includes(kind)))) {
    if (used < (isCorrection(notice) ? limit : Math.ceil(limit / 2))) used += 1;
    else withheld.add(notice);
  }
  return { allowed: notices.filter((notice) => !withheld.has(notice)), withheld: [...withheld] };
}

const isCorrection = ({ kind }: Notice): boolean => kind === 'correction';

const correctionsFirst = (notices: readonly DueNotice[]): DueNotice[] =>
  notices.toSorted((one, other) => Number(isCorrection(other)) - Number(isCorrection(one)));
