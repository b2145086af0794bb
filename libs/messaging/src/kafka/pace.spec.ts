import { Pace } from './pace.js';

function aReader() {
  let now = 0;
  const pace = new Pace(() => now);
  return {
    /** A turn that begins so long after the last one ended and takes so long; answers the rest after it, milliseconds. */
    async turnAfter(pause: number, took = 10): Promise<number> {
      now += pause;
      await pace.turn(async () => void (now += took));
      return pace.rest;
    },
  };
}

describe('the pace of a reader', () => {
  it('lets what comes alone, and what comes of it at once, go on without a rest', async () => {
    const reader = aReader();
    expect(await reader.turnAfter(60_000)).toBe(0);
    expect(await reader.turnAfter(1_000)).toBe(0);
  });

  it('rests between the turns of a flow, however long they take', async () => {
    const reader = aReader();
    await reader.turnAfter(1_000);
    expect(await reader.turnAfter(5)).toBe(80);
    expect(await reader.turnAfter(80, 400)).toBe(80);
    expect(await reader.turnAfter(30)).toBe(80);
  });

  it('counts a rest from the end of a turn that failed, too', async () => {
    let now = 0;
    const pace = new Pace(() => now);
    const fails = () => pace.turn(async () => Promise.reject(new Error('away')));
    await expect(fails()).rejects.toThrow('away');
    now = 30;
    await expect(fails()).rejects.toThrow('away');
    now = 50;
    expect(pace.rest).toBe(60);
  });
});
