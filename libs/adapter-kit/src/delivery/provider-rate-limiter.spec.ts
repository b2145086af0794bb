import type { Provider } from '@lianban/catalogue';
import { ProviderRateLimiter } from './provider-rate-limiter.js';

describe('room at a provider', () => {
  let now: number;
  let rooms: ProviderRateLimiter;
  const limits = { id: 'jinan-gas', ratePerSecond: 4, concurrency: 3 } as Provider;
  beforeEach(() => {
    now = 0;
    rooms = new ProviderRateLimiter([limits], () => now);
  });
  const free = () => rooms.free()[0]?.free ?? 0;
  const call = (times: number) => {
    for (let time = 0; time < times; time += 1) {
      rooms.acquire('jinan-gas');
      rooms.release('jinan-gas');
    }
  };

  it('is as many calls at once as it allows', () => {
    expect(free()).toBe(3);
    rooms.acquire('jinan-gas');
    rooms.acquire('jinan-gas');
    expect(free()).toBe(1);
    rooms.acquire('jinan-gas');
    expect(rooms.free()).toEqual([]);
    rooms.release('jinan-gas');
    expect(free()).toBe(1);
  });

  it('is as many calls a second as it allows', () => {
    call(4);
    expect(free()).toBe(0);
    now = 250;
    expect(free()).toBe(1);
    now = 750;
    expect(free()).toBe(3);
  });

  it('does not grow beyond one second of calls', () => {
    now = 3_600_000;
    free();
    call(3);
    expect(free()).toBe(1);
  });

  it('is taken at once where there is any', () => {
    expect([1, 2, 3, 4].map(() => rooms.tryAcquire('jinan-gas'))).toEqual([true, true, true, false]);
    rooms.release('jinan-gas');
    expect(rooms.tryAcquire('jinan-gas')).toBe(true);
  });

  it('is not taken by what is new while others wait for it', () => {
    rooms.hasBacklog = true;
    expect(rooms.tryAcquire('jinan-gas')).toBe(false);
    expect(free()).toBe(3);
  });

  it('is nowhere at a provider that the catalogue does not have', () =>
    expect(rooms.tryAcquire('nobody')).toBe(false));
});
