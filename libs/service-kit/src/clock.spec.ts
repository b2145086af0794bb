import { Clock } from './clock.js';

const HOUR = 3_600_000;
const SECOND = 1_000;

describe('Clock', () => {
  let clock: Clock;
  /** What this machine's clock says; it stands still. */
  let own: number;
  let passed: number;
  beforeEach(() => {
    clock = new Clock();
    own = Date.parse('2026-03-02T01:00:00Z');
    passed = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => own + passed);
    jest.spyOn(performance, 'now').mockImplementation(() => passed);
  });
  afterEach(() => jest.restoreAllMocks());

  const follow = (ahead: number, took = 0) =>
    clock.syncWith(async () => {
      const theirs = new Date(own + passed + took / 2 + ahead);
      passed += took;
      return theirs;
    });
  const ahead = () => clock.now().getTime() - own - passed;

  it("is this machine's clock", () => expect(ahead()).toBe(0));

  it.each([HOUR, -HOUR])('goes by the one it follows: %d ms', async (difference) => {
    await follow(difference);
    expect(ahead()).toBe(difference);
  });

  it('has no mind to split seconds', async () => {
    await follow(SECOND);
    expect(ahead()).toBe(0);
    await follow(HOUR);
    await follow(HOUR - SECOND);
    expect(ahead()).toBe(HOUR);
  });

  it('believes a slow answer only where the difference is more than it took', async () => {
    await follow(3 * SECOND, 4 * SECOND);
    expect(ahead()).toBe(0);
    await follow(HOUR, 4 * SECOND);
    expect(ahead()).toBe(HOUR);
  });

  it('is its own again when it has been put right', async () => {
    await follow(HOUR);
    await follow(10);
    expect(ahead()).toBe(0);
  });

  it('stays as it was where nobody answers', async () => {
    await follow(HOUR);
    await expect(clock.syncWith(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(ahead()).toBe(HOUR);
  });
});
