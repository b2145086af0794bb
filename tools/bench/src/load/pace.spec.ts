import { countOf, dueTimes, inTurn } from './pace.js';

describe('a steady rate', () => {
  const steps = [
    { perSecond: 2, seconds: 1 },
    { perSecond: 4, seconds: 0.5 },
  ];

  it('is due at its own times, step after step', () =>
    expect(dueTimes(steps)).toEqual([0, 500, 1_000, 1_250]));

  it('has as many requests as are due', () => expect(countOf({ steps })).toBe(4));
});

describe('clients in turn', () => {
  it('send every request once, never more at a time than there are clients', async () => {
    const sent: number[] = [];
    let open = 0;
    let most = 0;
    await inTurn(
      { clients: 3, requests: 10 },
      async (place) => {
        sent.push(place);
        most = Math.max(most, ++open);
        await Promise.resolve();
        open--;
      },
      () => 0,
    );
    expect(sent).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).toBe(3);
  });
});
