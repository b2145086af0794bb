import { withinDailyLimit } from './daily-limit.js';
import type { NoticeKind } from './notice.js';

const AT = '2026-05-11T02:00:00.000Z';
const notices = (...kinds: NoticeKind[]) =>
  kinds.map((kind, index) => ({ key: `${kind}:${index}`, kind, at: AT }));
const keys = (list: { key: string }[]) => list.map(({ key }) => key);

describe('the daily limit of a request', () => {
  it('is everything, where it is little', () =>
    expect(withinDailyLimit(notices('registered', 'action', 'correction'), 0, 4).withheld).toEqual([]));

  it('has corrections before repeated calls to act', () => {
    const { allowed: told, withheld } = withinDailyLimit(
      notices('action', 'action', 'correction', 'correction'),
      1,
      4,
    );
    expect(keys(told)).toEqual(['correction:2', 'correction:3']);
    expect(keys(withheld)).toEqual(['action:0', 'action:1']);
  });

  it('has acceptances and ends always', () => {
    const { allowed: told, withheld } = withinDailyLimit(
      notices('accepted', 'refused', 'ended', 'correction', 'reminder'),
      4,
      4,
    );
    expect(keys(told)).toEqual(['accepted:0', 'refused:1', 'ended:2']);
    expect(keys(withheld)).toEqual(['correction:3', 'reminder:4']);
  });
});
