import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { RequestEvent } from '@lianban/contracts';
import { Log } from '@lianban/service-kit';
import { Outbox } from './outbox/outbox.js';
import { Transaction, type UnitOfWork } from './unit-of-work.js';

export interface SnapshotPage {
  events: RequestEvent[];
  /** The last request id of the page; undefined when there was nothing after `after`. */
  last?: string;
}

/** What a service can publish again: its aggregates as they are, with the versions they have. */
export abstract class SnapshotSource {
  /**
   * The next `limit` requests after the id `after`, in the order of their ids: all of them, or those whose last change was on
   * the day `changedOn` (`YYYY-MM-DD`, UTC).
   */
  abstract page(work: UnitOfWork, after: string, limit: number, changedOn?: string): Promise<SnapshotPage>;
}

const PAGE_SIZE = 200;
const CHECK_MS = 20;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Publishes snapshots again, for a reader that rebuilds or has lost one; whoever has it already keeps what he has. A page waits until the one
 * before has left the memory of the outbox, so that live events are not held up.
 */
@Injectable()
export class RepublishSnapshots implements BeforeApplicationShutdown {
  private running?: Promise<void>;
  private stopped = false;

  constructor(
    private readonly transaction: Transaction,
    private readonly snapshots: SnapshotSource,
    private readonly outbox: Outbox,
    private readonly log: Log,
  ) {}

  /** Starts, unless it is under way; it ends on its own and is repeated by hand where the process was stopped. */
  start(days?: readonly string[]): void {
    this.running ??= this.execute(days)
      .then((count) => this.log.log('published again', { count, days }))
      .catch((error: Error) => this.log.error('could not publish again', error))
      .finally(() => (this.running = undefined));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  /** Everything, or what was changed last on one of these days. Answers how many snapshots were published. */
  async execute(days?: readonly string[]): Promise<number> {
    if (!days) return this.publish();
    let count = 0;
    for (const day of days) count += await this.publish(day);
    return count;
  }

  private async publish(changedOn?: string): Promise<number> {
    let count = 0;
    for (let after: string | undefined = BEFORE_ALL; after !== undefined && !this.stopped;) {
      after = await this.transaction.run(async (work) => {
        const { events, last } = await this.snapshots.page(work, after!, PAGE_SIZE, changedOn);
        work.publish(events);
        count += events.length;
        return last;
      });
      await this.pageSent();
    }
    return count;
  }

  private async pageSent(): Promise<void> {
    while (this.outbox.length >= PAGE_SIZE && !this.stopped) await pause(CHECK_MS);
  }
}
