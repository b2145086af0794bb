import { AdmissionLimit } from './admission-limit.js';
import { LagTracker } from './lag-tracker.js';
import { TokenBucket } from './token-bucket.js';

const STEP = 0.01;
const EXACT = [0];
const BLURRED = [0.3, -0.3];
/** As seen by a process that is kept waiting itself. */
const TOO_MUCH = [0.6, 0.2, 0.8, 0.1, 0.4];

interface Load {
  /** Requests a second that come, and that are carried. */
  offered: number;
  capacity: number;
}

/** All services as one queue: what is accepted waits in order and is carried at one rate; a sample is taken once a second. */
class Stack {
  readonly control = new AdmissionLimit();
  private readonly bucket = new TokenBucket();
  private readonly tracker = new LagTracker();
  /** When each request that waits was admitted. */
  private readonly queue: number[] = [];
  private now = 0;
  private due = 0;
  private able = 0;
  private counts = { accepted: 0, refused: 0 };
  carried = 0;

  /** `blur`: by how many seconds each sample shows too much lag, in turns; a sample is taken `every` so many seconds. */
  constructor(
    private readonly blur: readonly number[] = EXACT,
    private readonly every = 1,
  ) {}

  run(seconds: number, { offered, capacity }: Load): this {
    for (const until = this.now + seconds; this.now < until - STEP / 2;) {
      this.now += STEP;
      for (this.due += offered * STEP; this.due >= 1; this.due -= 1) this.arrive();
      for (this.able += capacity * STEP; this.able >= 1; this.able -= 1)
        if (this.queue.shift() !== undefined) this.carried += 1;
      if ((this.now + STEP / 2) % this.every < STEP) this.sample();
    }
    return this;
  }

  /** Somebody who waits in front has been there for so long. */
  get lag(): number {
    return this.queue.length > 0 ? this.now - this.queue[0]! : 0;
  }

  get waiting(): number {
    return this.queue.length;
  }

  get refused(): number {
    return this.counts.refused;
  }

  private arrive(): void {
    const isAccepted = this.bucket.has(this.control.limit, this.now);
    if (isAccepted) this.bucket.take();
    this.counts[isAccepted ? 'accepted' : 'refused'] += 1;
    if (isAccepted) this.queue.push(this.now);
  }

  private sample(): void {
    const blur = this.blur[Math.round(this.now / this.every) % this.blur.length]!;
    const behind = this.waiting > 0 ? Math.max(0.001, this.lag + blur) : 0;
    const lag = this.tracker.record({ position: String(this.carried), age: behind }, this.now);
    this.control.record({ at: this.now, lag, ...this.counts });
  }
}

const CALM = { offered: 20, capacity: 100 };
const FLOOD = { offered: 300, capacity: 100 };

describe('the admission limit', () => {
  it.each([EXACT, BLURRED, TOO_MUCH].map((blur) => [blur] as const))(
    'carries nine tenths of capacity and more while three times as much is offered, seen with a blur of %j s',
    (blur) => {
      const stack = new Stack(blur).run(5, CALM);
      const before = stack.carried;
      stack.run(20, FLOOD);
      expect((stack.carried - before) / 20).toBeGreaterThan(95);
      expect(stack.waiting / FLOOD.capacity).toBeLessThan(1.2);
    },
  );

  it.each([EXACT, BLURRED, TOO_MUCH].map((blur) => [blur] as const))(
    'holds on for as long as the flood lasts, seen with a blur of %j s',
    (blur) => {
      const stack = new Stack(blur).run(5, CALM).run(30, FLOOD);
      for (let tens = 0; tens < 30; tens++) {
        const before = stack.carried;
        stack.run(10, FLOOD);
        expect((stack.carried - before) / 10).toBeGreaterThan(93);
        expect(stack.waiting / FLOOD.capacity).toBeLessThan(2.2);
      }
    },
  );

  it('still holds where a look comes only every four seconds', () => {
    const stack = new Stack(EXACT, 4).run(8, CALM).run(60, FLOOD);
    const before = stack.carried;
    stack.run(60, FLOOD);
    expect((stack.carried - before) / 60).toBeGreaterThan(85);
    expect(stack.waiting / FLOOD.capacity).toBeLessThan(6);
  });

  it.each([150, 300])(
    'never lets three seconds of work wait where %d a second come and a hundred are carried',
    (offered) => {
      const stack = new Stack().run(5, CALM);
      let most = 0;
      for (let tenths = 0; tenths < 300; tenths++)
        most = Math.max(most, stack.run(0.1, { offered, capacity: 100 }).waiting);
      expect(most / 100).toBeLessThan(3);
    },
  );

  it('refuses nobody any more two seconds after the flood', () => {
    const stack = new Stack().run(5, CALM).run(20, FLOOD).run(2, CALM);
    const before = stack.refused;
    expect(stack.lag).toBeLessThan(0.2);
    stack.run(10, CALM);
    expect(stack.refused).toBe(before);
    expect(stack.control.limit).toBe(Infinity);
  });

  it('follows a stack that becomes slower, and faster again', () => {
    const stack = new Stack().run(5, CALM).run(20, FLOOD);
    stack.run(30, { offered: 300, capacity: 40 });
    expect(stack.waiting / 40).toBeLessThan(2.2);
    const before = stack.carried;
    stack.run(30, { offered: 300, capacity: 200 });
    expect((stack.carried - before) / 30).toBeGreaterThan(150);
  });

  it.each([1, 10, 95])('refuses nobody where %d a second come and a hundred are carried', (offered) => {
    expect(new Stack(TOO_MUCH).run(60, { offered, capacity: 100 }).refused).toBe(0);
  });

  it.each([0.2, 0.4, 0.6, 0.8])('refuses nobody for a burst after rest, %d s before a look', (before) => {
    const stack = new Stack().run(60 - before, { offered: 1, capacity: 50 });
    stack.run(0.04, { offered: 50 / 0.04, capacity: 50 }).run(5, { offered: 40, capacity: 50 });
    expect(stack.refused).toBe(0);
  });

  it('carries all that it can again ten seconds after a stack that stood nearly still has worked off what waited', () => {
    const stack = new Stack().run(5, CALM).run(30, { offered: 300, capacity: 1 });
    while (stack.waiting > 0) stack.run(1, FLOOD);
    const before = stack.run(10, FLOOD).carried;
    stack.run(10, FLOOD);
    expect((stack.carried - before) / 10).toBeGreaterThan(93);
  });

  it('refuses nobody while the readers are away, nor while they make up for it', () => {
    const stack = new Stack().run(10, CALM).run(60, { offered: 50, capacity: 0 });
    expect(stack.waiting).toBeGreaterThan(2_900);
    stack.run(60, { offered: 50, capacity: 150 });
    expect(stack.refused).toBe(0);
    expect(stack.lag).toBeLessThan(0.1);
  });

  it.each([5, 10])(
    'refuses nobody where the readers are restarted: away for %d s, then slow for a while',
    (away) => {
      const stack = new Stack().run(10, { offered: 50, capacity: 100 });
      for (let times = 0; times < 5; times++)
        stack
          .run(away, { offered: 50, capacity: 0 })
          .run(3, { offered: 50, capacity: 30 })
          .run(2 * away + 10, { offered: 50, capacity: 100 });
      expect(stack.refused).toBe(0);
      expect(stack.lag).toBeLessThan(0.1);
    },
  );

  it('refuses nobody while a stack that is asked for little is slow for a while', () => {
    const stack = new Stack().run(10, { offered: 10, capacity: 100 });
    for (let times = 0; times < 5; times++)
      stack.run(10, { offered: 10, capacity: 2 }).run(20, { offered: 10, capacity: 20 });
    expect(stack.refused).toBe(0);
  });

  it('limits a slow stack all the same where ever more wait', () => {
    const stack = new Stack().run(10, { offered: 10, capacity: 100 }).run(60, { offered: 10, capacity: 2 });
    expect(stack.refused).toBeGreaterThan(0);
    expect(stack.waiting).toBeLessThan(150);
  });

  it('limits where they are back and still fall further behind', () => {
    const stack = new Stack().run(10, CALM).run(20, { offered: 50, capacity: 0 });
    stack.run(120, FLOOD);
    expect(stack.waiting / FLOOD.capacity).toBeLessThan(2.2);
  });

  it('admits everything when nothing can be seen', () => {
    const { control } = new Stack().run(5, CALM).run(20, FLOOD);
    expect(control.limit).toBeLessThan(Infinity);
    control.reset();
    expect(control.limit).toBe(Infinity);
  });
});
