import { shanghaiDate, type Catalogue } from '@lianban/catalogue';
import { UTILITIES, type Utility } from '@lianban/contracts';
import { Adapter, type PendingReport } from './system/adapter.js';
import { ClerkDesk } from './system/clerk-desk.js';
import { Intake } from './system/intake.js';
import { Routing } from './system/routing.js';
import type { OutboxRow, Store, UnitOfWork } from './system/store.js';
import { Tracking } from './system/tracking.js';
import { Transport } from './system/transport.js';
import { Invariants } from './invariants/invariants.js';
import { Provider } from './providers/provider.js';
import { numberOf } from './random.js';
import type { Implementations } from './implementations.js';

/** A Monday, 9 o'clock in Shandong. */
const START_TIME = Date.parse('2026-03-02T01:00:00.000Z');

type EventHandler = {
  store: Store;
  handle(records: readonly OutboxRow[], unitOfWork: UnitOfWork): void | Promise<void>;
};

/** The whole system, its providers and its people in memory, with a clock that moves when it is told to. */
export class World {
  readonly invariants = new Invariants();
  readonly transport: Transport;
  readonly intake = new Intake(this);
  readonly routing = new Routing(this);
  readonly tracking = new Tracking(this);
  readonly adapters: Record<Utility, Adapter>;
  /** Everybody who reads topics, by the name of his group. */
  readonly services: Record<string, EventHandler>;
  readonly providers: Map<string, Provider>;
  readonly desks: ClerkDesk[];
  private readonly pendingReports = new Map<string, PendingReport[]>();
  private readonly tries = new Map<number, number>();
  private time = START_TIME;
  private ids = 0;

  constructor(
    readonly seed: number,
    requests: number,
    readonly catalogue: Catalogue,
    readonly implementations: Implementations,
  ) {
    this.transport = new Transport(implementations);
    const adapters = UTILITIES.map((utility) => new Adapter(this, utility));
    this.adapters = Object.fromEntries(adapters.map((each) => [each.utility, each])) as World['adapters'];
    const services = [this.intake, this.routing, this.tracking, ...adapters];
    this.services = Object.fromEntries(services.map((each) => [each.store.service, each]));
    this.providers = new Map(catalogue.providers().map(({ id }, index) => [id, this.providerOf(id, index)]));
    this.desks = Array.from({ length: requests }, (_, number) => new ClerkDesk(seed, number));
  }

  /** Each seed has providers of both kinds for every utility. */
  private providerOf(id: string, index: number): Provider {
    const retrySafety = (index + this.seed) % 2 === 0 ? 'idempotency-key' : 'status-query';
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
  pendingReportsOf(requestId: string, utility: Utility): PendingReport[] {
    return this.pendingReports.get(`${requestId}:${utility}`) ?? [];
  }

  post(placement: string, pendingReport: PendingReport): void {
    const name = placement.slice(0, placement.lastIndexOf(':'));
    this.pendingReports.set(name, [...(this.pendingReports.get(name) ?? []), pendingReport]);
  }

  forget(utility: Utility, pendingReport: PendingReport): void {
    const name = `${pendingReport.requestId}:${utility}`;
    this.pendingReports.set(
      name,
      this.pendingReports.get(name)!.filter((each) => each !== pendingReport),
    );
  }
}

/** In the shape of a UUID. */
function idOf(seed: number, number: number, count: number): string {
  const hex = (value: number, length: number): string =>
    value.toString(16).padStart(length, '0').slice(-length);
  return `${hex(seed, 8)}-${hex(number, 4)}-7000-8000-${hex(count, 12)}`;
}
