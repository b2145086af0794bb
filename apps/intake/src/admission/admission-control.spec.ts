import { Lag } from '@lianban/messaging';
import { AdmissionControl } from './admission-control.js';
import { TokenBucket } from './token-bucket.js';

const STEP = 0.01;
const EXACT = [0];
const BLURRED = [0.3, -0.3];
/** As seen by a process that is kept waiting itself. */
const TOO_MUCH = [0.6, 0.2, 0.8, 0.1, 0.4];

interface Weather {
  /** Requests a second that come to the door, and that the house carries. */
  offered: number;
  capacity: number;
}

/** A house as one queue: what is admitted waits in order and is carried at the house's rate; looked at once a second. */
class House {
  readonly control = new AdmissionControl();
  private readonly bucket = new TokenBucket();
  private readonly readers = new Lag();
  /** When each request that waits was admitted. */
  private readonly queue: number[] = [];
  private now = 0;
  private due = 0;
  private able = 0;
  private counts = { admitted: 0, refused: 0 };
  carried = 0;

  /** `blur`: by how many seconds each look sees too much lag, in turns; a look comes `every` so many seconds. */
  constructor(
    private readonly blur: readonly number[] = EXACT,
    private readonly every = 1,
  ) {}

  run(seconds: number, { offered, capacity }: Weather): this {
    for (const until = this.now + seconds; this.now < until - STEP / 2;) {
      this.now += STEP;
      for (this.due += offered * STEP; this.due >= 1; this.due -= 1) this.knock();
      for (this.able += capacity * STEP; this.able >= 1; this.able -= 1)
        if (this.queue.shift() !== undefined) this.carried += 1;
      if ((this.now + STEP / 2) % this.every < STEP) this.look();
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

  private knock(): void {
    const isAdmitted = this.bucket.has(this.control.limit, this.now);
    if (isAdmitted) this.bucket.take();
    this.counts[isAdmitted ? 'admitted' : 'refused'] += 1;
    if (isAdmitted) this.queue.push(this.now);
  }

  private look(): void {
    const blur = this.blur[Math.round(this.now / this.every) % this.blur.length]!;
    const behind = this.waiting > 0 ? Math.max(0.001, this.lag + blur) : 0;
    const reading = { reader: 'routing', topic: 'dossiers', shard: 0, place: String(this.carried), behind };
    this.control.note({ at: this.now, lag: this.readers.note([reading], this.now), ...this.counts });
  }
}

const CALM = { offered: 20, capacity: 100 };
const FLOOD = { offered: 300, capacity: 100 };

describe('admission', () => {
  it.each([EXACT, BLURRED, TOO_MUCH].map((blur) => [blur] as const))(
    'carries nine tenths of capacity and more while three times as much is offered, seen with a blur of %j s',
    (blur) => {
      const house = new House(blur).run(5, CALM);
      const before = house.carried;
      house.run(20, FLOOD);
      expect((house.carried - before) / 20).toBeGreaterThan(95);
      expect(house.waiting / FLOOD.capacity).toBeLessThan(1.2);
    },
  );

  it.each([EXACT, BLURRED, TOO_MUCH].map((blur) => [blur] as const))(
    'holds on for as long as the flood lasts, seen with a blur of %j s',
    (blur) => {
      const house = new House(blur).run(5, CALM).run(30, FLOOD);
      for (let tens = 0; tens < 30; tens++) {
        const before = house.carried;
        house.run(10, FLOOD);
        expect((house.carried - before) / 10).toBeGreaterThan(93);
        expect(house.waiting / FLOOD.capacity).toBeLessThan(2.2);
      }
    },
  );

  it('still holds where a look comes only every four seconds', () => {
    const house = new House(EXACT, 4).run(8, CALM).run(60, FLOOD);
    const before = house.carried;
    house.run(60, FLOOD);
    expect((house.carried - before) / 60).toBeGreaterThan(85);
    expect(house.waiting / FLOOD.capacity).toBeLessThan(6);
  });

  it.each([150, 300])(
    'never lets three seconds of work wait where %d a second come and a hundred are carried',
    (offered) => {
      const house = new House().run(5, CALM);
      let most = 0;
      for (let tenths = 0; tenths < 300; tenths++)
        most = Math.max(most, house.run(0.1, { offered, capacity: 100 }).waiting);
      expect(most / 100).toBeLessThan(3);
    },
  );

  it('refuses nobody any more two seconds after the flood', () => {
    const house = new House().run(5, CALM).run(20, FLOOD).run(2, CALM);
    const before = house.refused;
    expect(house.lag).toBeLessThan(0.2);
    house.run(10, CALM);
    expect(house.refused).toBe(before);
    expect(house.control.limit).toBe(Infinity);
  });

  it('follows a house that becomes slower, and faster again', () => {
    const house = new House().run(5, CALM).run(20, FLOOD);
    house.run(30, { offered: 300, capacity: 40 });
    expect(house.waiting / 40).toBeLessThan(2.2);
    const before = house.carried;
    house.run(30, { offered: 300, capacity: 200 });
    expect((house.carried - before) / 30).toBeGreaterThan(150);
  });

  it.each([1, 10, 95])('refuses nobody where %d a second come and a hundred are carried', (offered) => {
    expect(new House(TOO_MUCH).run(60, { offered, capacity: 100 }).refused).toBe(0);
  });

  it.each([0.2, 0.4, 0.6, 0.8])('refuses nobody for a burst after rest, %d s before a look', (before) => {
    const house = new House().run(60 - before, { offered: 1, capacity: 50 });
    house.run(0.04, { offered: 50 / 0.04, capacity: 50 }).run(5, { offered: 40, capacity: 50 });
    expect(house.refused).toBe(0);
  });

  it('carries all that it can again ten seconds after a house that stood nearly still has worked off what waited', () => {
    const house = new House().run(5, CALM).run(30, { offered: 300, capacity: 1 });
    while (house.waiting > 0) house.run(1, FLOOD);
    const before = house.run(10, FLOOD).carried;
    house.run(10, FLOOD);
    expect((house.carried - before) / 10).toBeGreaterThan(93);
  });

  it('refuses nobody while the readers are away, nor while they make up for it', () => {
    const house = new House().run(10, CALM).run(60, { offered: 50, capacity: 0 });
    expect(house.waiting).toBeGreaterThan(2_900);
    house.run(60, { offered: 50, capacity: 150 });
    expect(house.refused).toBe(0);
    expect(house.lag).toBeLessThan(0.1);
  });

  it.each([5, 10])(
    'refuses nobody where the readers are restarted: away for %d s, then slow for a while',
    (away) => {
      const house = new House().run(10, { offered: 50, capacity: 100 });
      for (let times = 0; times < 5; times++)
        house
          .run(away, { offered: 50, capacity: 0 })
          .run(3, { offered: 50, capacity: 30 })
          .run(2 * away + 10, { offered: 50, capacity: 100 });
      expect(house.refused).toBe(0);
      expect(house.lag).toBeLessThan(0.1);
    },
  );

  it('refuses nobody while a house that is asked for little is slow for a while', () => {
    const house = new House().run(10, { offered: 10, capacity: 100 });
    for (let times = 0; times < 5; times++)
      house.run(10, { offered: 10, capacity: 2 }).run(20, { offered: 10, capacity: 20 });
    expect(house.refused).toBe(0);
  });

  it('limits a slow house all the same where ever more wait', () => {
    const house = new House().run(10, { offered: 10, capacity: 100 }).run(60, { offered: 10, capacity: 2 });
    expect(house.refused).toBeGreaterThan(0);
    expect(house.waiting).toBeLessThan(150);
  });

  it('limits where they are back and still fall further behind', () => {
    const house = new House().run(10, CALM).run(20, { offered: 50, capacity: 0 });
    house.run(120, FLOOD);
    expect(house.waiting / FLOOD.capacity).toBeLessThan(2.2);
  });

  it('admits everything when nothing can be seen', () => {
    const { control } = new House().run(5, CALM).run(20, FLOOD);
    expect(control.limit).toBeLessThan(Infinity);
    control.forget();
    expect(control.limit).toBe(Infinity);
  });
});
