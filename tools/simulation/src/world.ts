import { shanghaiDate, type Catalogue } from '@lianban/catalogue';
import { UTILITIES, type Utility } from '@lianban/contracts';
import { Adapter, type Letter } from './house/adapter.js';
import { Desk } from './house/clerk.js';
import { Intake } from './house/intake.js';
import { Routing } from './house/routing.js';
import type { Said, Store, Work } from './house/store.js';
import { Tracking } from './house/tracking.js';
import { Transport } from './house/transport.js';
import { Promises } from './promises/promises.js';
import { Provider } from './providers/provider.js';
import { numberOf } from './random.js';
import type { Ways } from './ways.js';

/** A Monday, 9 o'clock in Shandong. */
const BEGINNING = Date.parse('2026-03-02T01:00:00.000Z');

type Hears = { store: Store; hear(records: readonly Said[], work: Work): void };

/** The whole house, its providers and its people in memory, with a clock that moves when it is told to. */
export class World {
  readonly promises = new Promises();
  readonly transport: Transport;
  readonly intake = new Intake(this);
  readonly routing = new Routing(this);
  readonly tracking = new Tracking(this);
  readonly adapters: Record<Utility, Adapter>;
  /** Everybody who reads topics, by the name of his group. */
  readonly services: Record<string, Hears>;
  readonly providers: Map<string, Provider>;
  readonly desks: Desk[];
  private readonly letters = new Map<string, Letter[]>();
  private readonly tries = new Map<number, number>();
  private time = BEGINNING;
  private ids = 0;

  constructor(
    readonly seed: number,
    requests: number,
    readonly catalogue: Catalogue,
    readonly ways: Ways,
  ) {
    this.transport = new Transport(ways);
    const adapters = UTILITIES.map((utility) => new Adapter(this, utility));
    this.adapters = Object.fromEntries(adapters.map((each) => [each.utility, each])) as World['adapters'];
    const services = [this.intake, this.routing, this.tracking, ...adapters];
    this.services = Object.fromEntries(services.map((each) => [each.store.service, each]));
    this.providers = new Map(catalogue.providers().map(({ id }, index) => [id, this.providerOf(id, index)]));
    this.desks = Array.from({ length: requests }, (_, number) => new Desk(seed, number));
  }

  /** Each seed has providers of both kinds for every utility. */
  private providerOf(id: string, index: number): Provider {
    const retrySafety = (index + this.seed) % 2 === 0 ? 'same-key' : 'look-up';
    return new Provider(id, retrySafety, numberOf(id, this.seed) % 3 > 0, this);
  }

  get now(): Date {
    return new Date(this.time);
  }

  get today(): string {
    return shanghaiDate(this.now);
  }

  pass(ms: number): void {
    this.time += ms;
  }

  newId(): string {
    return idOf(this.seed, 0xfff, (this.ids += 1));
  }

  /** The next id for a request with this number: it is the same whatever else happens. */
  newIdFor(number: number): string {
    const tries = (this.tries.get(number) ?? 0) + 1;
    this.tries.set(number, tries);
    return idOf(this.seed, number, tries);
  }

  requestIdOf(number: number): string | undefined {
    return this.intake.requestIdOf(this.desks[number]!);
  }

  /** Letters of the providers of a utility about a request, not yet taken. */
  lettersOf(requestId: string, utility: Utility): Letter[] {
    return this.letters.get(`${requestId}:${utility}`) ?? [];
  }

  post(placement: string, letter: Letter): void {
    const name = placement.slice(0, placement.lastIndexOf(':'));
    this.letters.set(name, [...(this.letters.get(name) ?? []), letter]);
  }

  forget(utility: Utility, letter: Letter): void {
    const name = `${letter.requestId}:${utility}`;
    this.letters.set(
      name,
      this.letters.get(name)!.filter((each) => each !== letter),
    );
  }
}

/** In the shape of a UUID. */
function idOf(seed: number, number: number, count: number): string {
  const hex = (value: number, length: number): string =>
    value.toString(16).padStart(length, '0').slice(-length);
  return `${hex(seed, 8)}-${hex(number, 4)}-7000-8000-${hex(count, 12)}`;
}
