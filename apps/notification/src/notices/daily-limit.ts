import type { DueNotice, Notice, NoticeKind } from './notice.js';

/** Notices that may come again and again; everything else is told once per part at most. */
export const REPEATABLE: readonly NoticeKind[] = ['correction', 'action', 'reminder', 'withdrawal-refused'];

export interface Limited {
  told: DueNotice[];
  withheld: DueNotice[];
}

/**
 * What is still told about a request on a day that already had so many repeatable notices: ends and acceptances always, a
 * correction until the limit, the rest until half of it.
 */
export function withinDailyLimit(
  notices: readonly DueNotice[],
  repeatedToday: number,
  limit: number,
): Limited {
  const withheld = new Set<DueNotice>();
  let used = repeatedToday;
  for (const notice of correctionsFirst(notices.filter(({ kind }) => REPEATABLE.includes(kind)))) {
    if (used < (isCorrection(notice) ? limit : Math.ceil(limit / 2))) used += 1;
    else withheld.add(notice);
  }
  return { told: notices.filter((notice) => !withheld.has(notice)), withheld: [...withheld] };
}

const isCorrection = ({ kind }: Notice): boolean => kind === 'correction';

const correctionsFirst = (notices: readonly DueNotice[]): DueNotice[] =>
  notices.toSorted((one, other) => Number(isCorrection(other)) - Number(isCorrection(one)));
