import { Lag } from './lag.js';
import type { Reading } from './readings.js';

const aReading = (more: Partial<Reading> = {}): Reading => ({
  reader: 'routing',
  topic: 'dossiers',
  shard: 0,
  place: '1',
  behind: 0,
  ...more,
});

describe('the lag of the readers', () => {
  const seen = (...looks: Reading[][]): number[] => {
    const lag = new Lag();
    return looks.map((readings, second) => lag.note(readings, second));
  };

  it('is that of the worst group which gets on', () => {
    const slow = (place: string, behind: number) => aReading({ reader: 'tracking', place, behind });
    const lags = seen(
      [aReading({ place: '1' }), slow('1', 1)],
      [aReading({ place: '2', behind: 1 }), slow('2', 4)],
    );
    expect(lags.at(-1)).toBe(4);
  });

  it('is taken over the shards of a topic, without those that stand still', () => {
    const look = (place: string) => [
      aReading({ shard: 0, place, behind: 2 }),
      aReading({ shard: 1, place, behind: 4 }),
      aReading({ shard: 2, place: 'in back-off', behind: 600 }),
    ];
    expect(seen(look('1'), look('2')).at(-1)).toBe(3);
  });

  it('does not count who was never seen at work', () => {
    expect(seen([aReading({ behind: 700 })], [aReading({ behind: 701 })])).toEqual([0, 0]);
  });

  it('does not grow while somebody is stopped, and forgets him then', () => {
    const stopped = [0, 1, 2, 3, 4].map((behind) => [aReading({ place: '2', behind: 0.5 + behind })]);
    expect(seen([aReading({ place: '1' })], ...stopped)).toEqual([0, 0.5, 0.5, 0.5, 0.5, 0]);
  });

  it('does not count who makes up for what he missed, until he has, or falls further behind', () => {
    const away = Array.from({ length: 10 }, (_, second) => [aReading({ place: '2', behind: 0.5 + second })]);
    const back = (...behind: number[]) =>
      behind.map((each, look) => [aReading({ place: `back ${look}`, behind: each })]);
    const before = [[aReading({ place: '1' })], ...away];
    const madeUp = seen(...before, ...back(9, 9.5, 4, 0.4, 0.9, 1.8)).slice(before.length);
    expect(madeUp).toEqual([0, 0, 0, 0.4, 0.9, 1.8]);
    expect(seen(...before, ...back(9, 5, 6.8, 7.1, 7.7)).slice(before.length)).toEqual([0, 0, 0, 7.1, 7.7]);
  });

  it('counts shards of which each waits for its turn longer than a reader may stand still', () => {
    const turns = (second: number) => [0, 2].map((from) => `${Math.floor((second + from) / 5)}`);
    const looks = Array.from({ length: 20 }, (_, second) =>
      turns(second).map((place, shard) => aReading({ shard, place, behind: 1 + second })),
    );
    const lags = seen(...looks).slice(6);
    expect(Math.min(...lags)).toBeGreaterThan(4);
  });

  it('is nothing where everything is read', () => {
    expect(seen([aReading()], [aReading()], [aReading()])).toEqual([0, 0, 0]);
  });
});
