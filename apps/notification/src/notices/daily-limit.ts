import type { News, NewsEvent } from './news.js';

/** News that may come again and again; everything else is told once per part at most. */
export const REPEATABLE: readonly NewsEvent[] = ['correction', 'action', 'reminder', 'withdrawal-refused'];

export interface Limited {
  told: News[];
  withheld: News[];
}

/**
 * What is still told of a request on a day on which so many repeatable notices were: ends and acceptances always, a
 * correction until the limit, the rest until half of it.
 */
export function withinLimit(news: readonly News[], already: number, limit: number): Limited {
  const limited: Limited = { told: [], withheld: [] };
  let used = already;
  for (const each of formalFirst(news)) {
    const isRepeatable = REPEATABLE.includes(each.event);
    const room = each.event === 'correction' ? limit : Math.ceil(limit / 2);
    const isTold = !isRepeatable || used < room;
    limited[isTold ? 'told' : 'withheld'].push(each);
    if (isRepeatable && isTold) used += 1;
  }
  return limited;
}

const formalFirst = (news: readonly News[]): News[] =>
  news.toSorted((one, other) => Number(isInformal(one)) - Number(isInformal(other)));

const isInformal = ({ event }: News): boolean => REPEATABLE.includes(event) && event !== 'correction';
