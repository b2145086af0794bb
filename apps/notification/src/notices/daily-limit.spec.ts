import { withinLimit } from './daily-limit.js';
import type { NewsEvent } from './news.js';

const news = (...events: NewsEvent[]) => events.map((event, index) => ({ key: `${event}:${index}`, event }));
const keys = (list: { key: string }[]) => list.map(({ key }) => key);

describe('what a request tells on one day', () => {
  it('is everything, where it is little', () =>
    expect(withinLimit(news('registered', 'action', 'correction'), 0, 4).withheld).toEqual([]));

  it('has corrections before repeated calls to act', () => {
    const { told, withheld } = withinLimit(news('action', 'action', 'correction', 'correction'), 1, 4);
    expect(keys(told)).toEqual(['correction:2', 'correction:3']);
    expect(keys(withheld)).toEqual(['action:0', 'action:1']);
  });

  it('has acceptances and ends always', () => {
    const { told, withheld } = withinLimit(
      news('accepted', 'refused', 'ended', 'correction', 'reminder'),
      4,
      4,
    );
    expect(keys(told)).toEqual(['accepted:0', 'refused:1', 'ended:2']);
    expect(keys(withheld)).toEqual(['correction:3', 'reminder:4']);
  });
});
