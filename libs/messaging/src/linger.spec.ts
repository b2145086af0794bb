import { Linger } from './linger.js';

function aReader() {
  let now = 0;
  const linger = new Linger(50, () => now);
  return {
    /** A batch that begins so long after the last one ended and takes so long; answers the pause after it, milliseconds. */
    async batchAfter(gap: number, took: number): Promise<number> {
      now += gap;
      await linger.run(async () => void (now += took));
      return linger.pauseMs;
    },
  };
}

describe('the linger of a reader', () => {
  it('lets a batch that comes alone go on without a pause', async () => {
    const reader = aReader();
    expect(await reader.batchAfter(60_000, 10)).toBe(0);
    expect(await reader.batchAfter(1_000, 10)).toBe(0);
  });

  it('hardly pauses in the flow of a calm machine, the longer the busier it is, and never longer than its limit', async () => {
    const reader = aReader();
    await reader.batchAfter(1_000, 10);
    expect(await reader.batchAfter(5, 5)).toBe(5);
    expect(await reader.batchAfter(5, 10)).toBe(20);
    expect(await reader.batchAfter(10, 400)).toBe(50);
  });

  it('counts the pause from the end of a batch that failed, too', async () => {
    let now = 0;
    const linger = new Linger(50, () => now);
    const fail = () =>
      linger.run(async () => {
        now += 10;
        throw new Error('away');
      });
    await expect(fail()).rejects.toThrow('away');
    now += 10;
    await expect(fail()).rejects.toThrow('away');
    expect(linger.pauseMs).toBe(20);
  });
});
