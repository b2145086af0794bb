import type { Provider } from '@lianban/catalogue';
import { ProviderRateLimiter, WHOLE, type Share } from './provider-rate-limiter.js';

const LIMITS = { id: 'jinan-gas', ratePerSecond: 4, concurrency: 3 } as Provider;

/** The capacity of one provider, with a clock that moves when it is told to. */
class Fixture {
  now = 0;
  share: Share | undefined = WHOLE;
  readonly limiter = new ProviderRateLimiter(
    [LIMITS],
    () => this.share,
    () => this.now,
  );

  get free(): number {
    return this.limiter.free()[0]?.free ?? 0;
  }

  after(ms: number): this {
    this.now += ms;
    return this;
  }

  call(times: number): this {
    for (let time = 0; time < times; time += 1) {
      this.limiter.acquire('jinan-gas');
      this.limiter.release('jinan-gas');
    }
    return this;
  }
}

describe('the capacity of a provider', () => {
  let fixture: Fixture;
  beforeEach(() => (fixture = new Fixture().after(1_000)));

  it('is as many calls at once as it allows', () => {
    const { limiter } = fixture;
    expect(fixture.free).toBe(3);
    limiter.acquire('jinan-gas');
    limiter.acquire('jinan-gas');
    expect(fixture.free).toBe(1);
    limiter.acquire('jinan-gas');
    expect(limiter.free()).toEqual([]);
    limiter.release('jinan-gas');
    expect(fixture.after(1_000).free).toBe(1);
  });

  it('is as many calls a second as it allows', () => {
    expect(fixture.free).toBe(3);
    fixture.call(4);
    expect(fixture.free).toBe(0);
    expect(fixture.after(250).free).toBe(1);
    expect(fixture.after(500).free).toBe(3);
  });

  it('says when there is some again, where the rate is used up', () => {
    const { limiter } = fixture;
    expect(fixture.free).toBe(3);
    expect(limiter.nextRefillMs).toBeUndefined();
    fixture.call(4);
    expect(limiter.nextRefillMs).toBe(250);
    expect(fixture.after(100).free).toBe(0);
    expect(limiter.nextRefillMs).toBe(150);
    expect(fixture.after(150).free).toBe(1);
    expect(limiter.nextRefillMs).toBeUndefined();
  });

  it('is used as far as it goes by three instances that look as soon as there is some', () => {
    fixture.share = { index: 1, count: 3 };
    fixture.limiter.free();
    let calls = 0;
    for (
      const end = fixture.now + 60_000;
      fixture.now < end;
      fixture.after(fixture.limiter.nextRefillMs ?? 1)
    ) {
      calls += fixture.free;
      fixture.call(fixture.free);
    }
    expect(calls).toBeGreaterThanOrEqual((60 * LIMITS.ratePerSecond) / 3 - 1);
  });

  it('grows from nothing at the start', () => {
    expect(new Fixture().free).toBe(0);
  });

  it('does not grow beyond one second of calls', () => {
    expect(fixture.after(3_600_000).free).toBe(3);
    expect(fixture.call(3).free).toBe(1);
  });

  it('is acquired at once where there is any', () => {
    const { limiter } = fixture;
    const acquire = () => limiter.tryAcquire('jinan-gas');
    expect([acquire(), acquire(), acquire(), acquire()]).toEqual([true, true, true, false]);
    limiter.release('jinan-gas');
    expect(acquire()).toBe(true);
  });

  it('is not acquired by what is new while others wait for it', () => {
    fixture.limiter.hasBacklog = true;
    expect(fixture.limiter.tryAcquire('jinan-gas')).toBe(false);
    expect(fixture.free).toBe(3);
  });

  it('is none at a provider that the catalogue does not have', () =>
    expect(fixture.limiter.tryAcquire('nobody')).toBe(false));

  it('is none once the limiter is closed', () => {
    fixture.limiter.close();
    expect(fixture.free).toBe(0);
  });

  it('is none without a share', () => {
    fixture.share = undefined;
    expect(fixture.free).toBe(0);
  });

  it.each([1, 2, 3, 4, 7])('is shared by %d instances and never exceeded by them together', (count) => {
    const instances = Array.from({ length: count }, (_, index) => {
      const instance = new Fixture();
      instance.share = { index, count };
      return instance.after(1_000);
    });
    const atOnce = instances.reduce((sum, { free }) => sum + free, 0);
    expect(atOnce).toBe(3);
    let calls = 0;
    for (let ms = 0; ms < 10_000; ms += 10)
      for (const instance of instances)
        for (instance.after(10); instance.free > 0; calls += 1) instance.call(1);
    expect(calls).toBeLessThanOrEqual(4 + 10 * 4);
    expect(calls).toBeGreaterThan(10 * 4 - count);
  });
});
