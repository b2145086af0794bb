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
import { Injector, type InjectedFault } from '../faults/injector.js';
import type { ScheduledFault } from '../faults/schedule.js';
import type { ChaosStack } from '../stack/chaos-stack.js';
import { RequestLog } from '../load/request-log.js';
import { Caller } from '../load/caller.js';
import { ProviderFaults } from '../load/provider-faults.js';
import { ClerkActions } from '../load/clerk-actions.js';
import { RegistrationLoad } from '../load/registration-load.js';
import { StatusWatcher } from '../load/status-watcher.js';
import { Random } from '../random.js';
import type { Bench } from './goal.js';

export interface TrialOptions {
  seed: number;
  requests: number;
  /** Registrations begun per second at most. */
  perSecond: number;
  /** Faults that the providers have all the time, in place of random ones. */
  fixedFaults?: Record<string, object>;
  /** Share of keys sent 1 to 5 times at once. */
  repeated?: number;
  /** Nothing has changed for so long, ms: what has not ended never will. */
  quietMs?: number;
  /** Waited for at most so long for each request, ms. */
  timeoutMs?: number;
}

const CLIENTS = 16;
const MAX_PARALLEL_CHECKS = 20;
/** From the last request and the end of the last fault, ms: at least, and for each request. */
const TIMEOUT_MS = { least: 240_000, each: 120 };
const QUIET_MS = 3_000;
const NO_CHANGE_MS = 45_000;
const REPORT_INTERVAL_MS = 10_000;

/** One run: clients, watchers and faults on one stack, and the facts that are left. */
export class Trial {
  private readonly caller: Caller;
  private readonly requestLog = new RequestLog();

  constructor(
    private readonly stack: ChaosStack,
    private readonly bench: Bench,
    private readonly options: TrialOptions,
  ) {
    this.caller = new Caller(stack.url, stack.issuer);
  }

  async run(schedule: readonly ScheduledFault[]): Promise<{ facts: Facts; injected: InjectedFault[] }> {
    const { seed, requests: count, perSecond, repeated, fixedFaults } = this.options;
    const random = (part: string): Random => new Random(`${seed} ${part}`);
    const runId = `${seed}-${randomBytes(4).toString('hex')}`;
    const registrations = new RegistrationLoad(this.caller, this.requestLog, random('registrations'), runId);
    const clerkActions = new ClerkActions(this.caller, random('operations'));
    const providerFaults = new ProviderFaults(this.stack.simulatorUrl, random('providers'), fixedFaults);
    const watcher = new StatusWatcher(
      this.caller,
      this.requestLog,
      MAX_PARALLEL_CHECKS,
      clerkActions.onObservation,
    );
    const injector = new Injector(this.stack, this.bench.print);

    const watching = watcher.run();
    const faulting = providerFaults.run();
    await Promise.all([
      registrations.run({ count, perSecond, clients: CLIENTS, repeated }),
      injector.run(schedule, () => registrations.begun),
    ]);
    this.bench.print(`${this.requestLog.requests.length} registered, every fault over`);
    providerFaults.end();
    await faulting;
    await this.untilEnded();
    await clerkActions.settled();
    watcher.end();
    await watching;
    await watcher.observeAll();
    await this.untilQuiet();
    return { facts: await this.gather(schedule), injected: injector.injected };
  }

  private async untilEnded(): Promise<void> {
    const {
      requests,
      quietMs: quietMs = NO_CHANGE_MS,
      timeoutMs: timeoutMs = TIMEOUT_MS.each,
    } = this.options;
    const from = Date.now();
    const end = from + Math.max(TIMEOUT_MS.least, requests * timeoutMs);
    const isMoving = (): boolean =>
      Date.now() - Math.max(from, this.requestLog.observations.at(-1)?.at ?? 0) < quietMs;
    let result = from;
    while (this.requestLog.open.length > 0 && Date.now() < end && isMoving()) {
      await pause(200);
      if (Date.now() < result + REPORT_INTERVAL_MS) continue;
      result = Date.now();
      this.bench.print(`${this.requestLog.open.length} not ended yet`);
    }
  }

  /** Reports and notices that are on their way arrive. */
  private async untilQuiet(): Promise<void> {
    const size = async (): Promise<string> => {
      const [effects, texts] = await Promise.all([
        effectsIn(this.stack.simulatorFolder),
        textsOf(this.stack.simulatorUrl),
      ]);
      return `${effects.length} ${texts.length}`;
    };
    for (let before = ''; ;) {
      const now = await size();
      if (now === before) return;
      before = now;
      await pause(QUIET_MS);
    }
  }

  private async gather(schedule: readonly ScheduledFault[]): Promise<Facts> {
    return {
      registrations: this.requestLog.registrations,
      observations: this.requestLog.observations,
      effects: await effectsIn(this.stack.simulatorFolder),
      texts: await textsOf(this.stack.simulatorUrl),
      parked: await parkedIn(this.caller),
      findings: await findingsIn(this.caller),
      answers: this.caller.answers,
      lookUpProviders: lookUpProviders(),
      hadFreeze: schedule.some(({ kind }) => kind === 'stop'),
      documented: documentedCodes(),
    };
  }
}
