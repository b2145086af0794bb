import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { backoffMs, Transaction } from '@lianban/messaging';
import { describeError, kindOf } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import type { Utility } from '@lianban/contracts';
import { AdapterConfig, callByOf, leaseOf } from '../adapter.config.js';
import { UTILITY } from '../adapter.js';
import { DeliveryBell } from './delivery-bell.js';
import { Drivers } from '../drivers/drivers.js';
import { Jobs } from '../jobs/jobs.js';
import { noteOutcome, type Outcome, type Patience } from '../jobs/note-outcome.js';
import { claimDue, doubtExpired, type Claimed, type Room } from './claims.js';
import { deliver, type Delivered } from './deliver.js';
import { ProviderLinks } from './provider-links.js';
import { Rooms } from './room.js';

const SETTLE_AT_ONCE = 64;
const LOOK_FOR_EXPIRED = 2_000;
/** So many times longer between two looks while nothing is due. */
const AT_REST = 2;

/** Tells the providers what is due, each within its limits, and notes what came of it. */
@Injectable()
export class Deliveries implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Deliveries');
  private readonly patience: Patience;
  private readonly calls = new Set<Promise<void>>();
  private outcomes: { claimed: Claimed; outcome: Outcome }[] = [];
  private settling?: Promise<void>;
  private running?: Promise<void>;
  private lastLook = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly jobs: Jobs,
    private readonly drivers: Drivers,
    private readonly links: ProviderLinks,
    private readonly waker: DeliveryBell,
    private readonly rooms: Rooms,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
    @Inject(UTILITY) private readonly utility: Utility,
  ) {
    this.patience = { budget: config.deliveryBudget, delayAfter: (attempts) => waitAfter(attempts, config) };
  }

  onApplicationBootstrap(): void {
    this.waker.handOver = (claimed) => this.call(claimed);
    this.running = this.run();
  }

  /** Calls that are under way are waited for, and what came of them is noted. */
  async beforeApplicationShutdown(): Promise<void> {
    this.waker.stop();
    await this.running;
    this.rooms.isCrowded = true;
    await Promise.all(this.calls);
    await this.settling;
  }

  private async run(): Promise<void> {
    for (let failures = 0, isAtRest = false; !this.waker.isStopped;) {
      try {
        if (failures === 0 && this.lastLook === 0) await this.links.remember();
        await this.lookForExpired();
        const claimed = await this.claim();
        failures = 0;
        claimed.forEach((each) => this.call(each));
        const wait = this.config.deliveryInterval * (isAtRest ? AT_REST : 1);
        const isDisturbed = await this.waker.sleep(wait, true);
        isAtRest = !isDisturbed && claimed.length === 0;
      } catch (error) {
        this.logger.warn(`cannot look for what is due: ${(error as Error).message}`);
        await this.waker.sleep(backoffMs(++failures));
      }
    }
  }

  private async lookForExpired(): Promise<void> {
    if (Date.now() - this.lastLook < LOOK_FOR_EXPIRED) return;
    await doubtExpired(this.dataSource);
    this.lastLook = Date.now();
  }

  private async claim(): Promise<Claimed[]> {
    const rooms = this.rooms.free();
    this.rooms.isCrowded = rooms.length < this.rooms.size;
    if (rooms.length === 0) return [];
    const callBy = callByOf(this.config);
    const claimed = await claimDue(
      this.dataSource,
      this.utility,
      rooms,
      leaseOf(this.config),
      this.config.circuitFailures,
    );
    this.rooms.isCrowded ||= rooms.some((room) => isFilled(room, claimed));
    claimed.forEach(({ provider }) => this.rooms.enter(provider));
    return claimed.map((each) => ({ ...each, callBy }));
  }

  private call(claimed: Claimed): void {
    const call = this.deliver(claimed)
      .catch((error: Error) =>
        this.logger.error(`operation ${claimed.id} is left to its lease: ${error.message}`),
      )
      .finally(() => {
        this.calls.delete(call);
        if (this.rooms.isCrowded) this.waker.nudge();
      });
    this.calls.add(call);
  }

  private async deliver(claimed: Claimed): Promise<void> {
    const { outcome, away } = await this.callInTime(claimed).finally(() =>
      this.rooms.leave(claimed.provider),
    );
    if (!away) this.rooms.isCrowded = (await this.links.isThere(claimed.provider)) || this.rooms.isCrowded;
    else if (await this.links.isAway(claimed.provider)) Object.assign(outcome, { spend: false });
    this.outcomes.push({ claimed, outcome });
    this.rooms.isCrowded ||= this.outcomes.length >= SETTLE_AT_ONCE;
    this.settling ??= this.settle();
    await this.settling;
  }

  /** Who comes late to a call, after a slow commit or a standstill of this process, may no longer be the only one to make it. */
  private async callInTime(claimed: Claimed): Promise<Delivered> {
    if (performance.now() > claimed.callBy) throw new Error('too late for a call that is over within it');
    return deliver(this.drivers.of(claimed.provider), claimed);
  }

  /** What came in while the last transaction ran goes into the next one together; after a failure each goes alone. */
  private async settle(): Promise<void> {
    for (let failures = 0; this.outcomes.length > 0;) {
      const batch = this.outcomes.slice(0, failures > 0 ? 1 : SETTLE_AT_ONCE);
      try {
        await this.note(batch);
        this.outcomes = this.outcomes.slice(batch.length);
        failures = 0;
      } catch (error) {
        this.logger.warn(`outcomes cannot be noted now: ${(error as Error).message}`);
        if (this.waker.isStopped) this.outcomes = [];
        else if (batch.length === 1 && kindOf(error) === 'permanent')
          await this.park(batch[0]!.claimed, error);
        await this.waker.sleep(backoffMs(++failures));
      }
    }
    this.settling = undefined;
  }

  /** What came of it cannot be stored, and would not be the next time: a person must look. */
  private async park(claimed: Claimed, error: unknown): Promise<void> {
    this.outcomes.shift();
    const { type, code = type } = describeError(error);
    const said = `what came of the call cannot be stored: ${code}`;
    await this.note([{ claimed, outcome: { kind: 'unknown', said, spend: true } }], {
      ...this.patience,
      budget: 0,
    }).catch((failure: Error) => this.logger.error(`${claimed.id} is left to its lease: ${failure.message}`));
  }

  private note(
    batch: readonly { claimed: Claimed; outcome: Outcome }[],
    patience = this.patience,
  ): Promise<void> {
    return this.transaction.run((work) =>
      this.jobs.change(
        work,
        batch.map(({ claimed }) => claimed.requestId),
        (files, context) => {
          for (const { claimed, outcome } of batch)
            noteOutcome(files.get(claimed.requestId)!, claimed.id, outcome, patience, context);
        },
      ),
    );
  }
}

const isFilled = ({ provider, free }: Room, claimed: readonly { provider: string }[]): boolean =>
  claimed.filter((each) => each.provider === provider).length >= free;

/** Doubling with jitter on the upper half, so that what failed together does not come back together. */
function waitAfter(attempts: number, { deliveryFirstWait, deliveryLongestWait }: AdapterConfig): number {
  const limit = Math.min(
    deliveryLongestWait,
    deliveryFirstWait * 2 ** Math.min(Math.max(0, attempts - 1), 20),
  );
  return Math.round(limit / 2 + (limit / 2) * Math.random());
}
