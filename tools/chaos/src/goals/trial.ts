import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Facts } from '../checker/facts.js';
import {
  documentedCodes,
  effectsIn,
  findingsIn,
  lookUpProviders,
  parkedIn,
  textsOf,
} from '../checker/gather.js';
import { Injector, type Struck } from '../faults/injector.js';
import type { Blow } from '../faults/schedule.js';
import type { ChaosHouse } from '../house/chaos-house.js';
import { Book } from '../load/book.js';
import { Caller } from '../load/caller.js';
import { Misbehaving } from '../load/misbehave.js';
import { Operating } from '../load/operate.js';
import { Registering } from '../load/register.js';
import { Watch } from '../load/watch.js';
import { Random } from '../random.js';
import type { Bench } from './goal.js';

export interface TrialOptions {
  seed: number;
  requests: number;
  /** Registrations begun per second at most. */
  perSecond: number;
  /** What the providers do wrong all the time, in place of what chance chooses. */
  orders?: Record<string, object>;
  /** Share of keys sent 1 to 5 times at once. */
  repeated?: number;
  /** Nothing has changed for so long, ms: what has not ended never will. */
  still?: number;
  /** Waited for at most so long for each request, ms. */
  patience?: number;
}

const CLIENTS = 16;
const LOOKS_AT_ONCE = 20;
/** From the last request and the last blow healed, ms: at least, and for each request. */
const PATIENCE = { least: 240_000, each: 120 };
const STILL = 3_000;
const NOTHING_CHANGES = 45_000;
const TELL_EVERY = 10_000;

/** One run: clients, watchers and blows on one house, and the facts that are left. */
export class Trial {
  private readonly caller: Caller;
  private readonly book = new Book();

  constructor(
    private readonly house: ChaosHouse,
    private readonly bench: Bench,
    private readonly options: TrialOptions,
  ) {
    this.caller = new Caller(house.url, house.issuer);
  }

  async run(blows: readonly Blow[]): Promise<{ facts: Facts; struck: Struck[] }> {
    const { seed, requests: count, perSecond, repeated, orders } = this.options;
    const random = (part: string): Random => new Random(`${seed} ${part}`);
    const runId = `${seed}-${randomBytes(4).toString('hex')}`;
    const registering = new Registering(this.caller, this.book, random('registrations'), runId);
    const operating = new Operating(this.caller, random('operations'));
    const misbehaving = new Misbehaving(this.house.simulatorUrl, random('providers'), orders);
    const watch = new Watch(this.caller, this.book, LOOKS_AT_ONCE, operating.onLook);
    const injector = new Injector(this.house, this.bench.say);

    const watching = watch.run();
    const misbehaved = misbehaving.run();
    await Promise.all([
      registering.run({ count, perSecond, clients: CLIENTS, repeated }),
      injector.run(blows, () => registering.begun),
    ]);
    this.bench.say(`${this.book.requests.length} registered, every blow healed`);
    misbehaving.end();
    await misbehaved;
    await this.untilEnded();
    await operating.settled();
    watch.end();
    await watching;
    await watch.lookAtAll();
    await this.untilStill();
    return { facts: await this.gather(blows), struck: injector.struck };
  }

  private async untilEnded(): Promise<void> {
    const { requests, still = NOTHING_CHANGES, patience = PATIENCE.each } = this.options;
    const from = Date.now();
    const end = from + Math.max(PATIENCE.least, requests * patience);
    const isMoving = (): boolean => Date.now() - Math.max(from, this.book.looks.at(-1)?.at ?? 0) < still;
    let told = from;
    while (this.book.open.length > 0 && Date.now() < end && isMoving()) {
      await pause(200);
      if (Date.now() < told + TELL_EVERY) continue;
      told = Date.now();
      this.bench.say(`${this.book.open.length} not ended yet`);
    }
  }

  /** Reports and notices that are on their way arrive. */
  private async untilStill(): Promise<void> {
    const size = async (): Promise<string> => {
      const [effects, texts] = await Promise.all([
        effectsIn(this.house.simulatorFolder),
        textsOf(this.house.simulatorUrl),
      ]);
      return `${effects.length} ${texts.length}`;
    };
    for (let before = ''; ;) {
      const now = await size();
      if (now === before) return;
      before = now;
      await pause(STILL);
    }
  }

  private async gather(blows: readonly Blow[]): Promise<Facts> {
    return {
      registrations: this.book.registrations,
      looks: this.book.looks,
      effects: await effectsIn(this.house.simulatorFolder),
      texts: await textsOf(this.house.simulatorUrl),
      parked: await parkedIn(this.caller),
      findings: await findingsIn(this.caller),
      answers: this.caller.answers,
      lookUpProviders: lookUpProviders(),
      hadFreeze: blows.some(({ kind }) => kind === 'stop'),
      documented: documentedCodes(),
    };
  }
}
