import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { RequestEvent } from '@lianban/contracts';
import { Log } from '@lianban/service-kit';
import { Transaction, type UnitOfWork } from './transaction.js';

export interface SnapshotPage {
  events: RequestEvent[];
  /** The last request id of the page; undefined when there was nothing after `after`. */
  last?: string;
}

/** What a service can say again: its aggregates as they stand, with the versions they have. */
export abstract class SnapshotSource {
  /** The next `limit` requests after the id `after`, in the order of their ids. */
  abstract page(work: UnitOfWork, after: string, limit: number): Promise<SnapshotPage>;
}

const AT_ONCE = 200;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Says everything again, for a reader that rebuilds; whoever has it already keeps what he has. */
@Injectable()
export class RepublishSnapshots implements BeforeApplicationShutdown {
  private walking?: Promise<void>;
  private stopped = false;

  constructor(
    private readonly transaction: Transaction,
    private readonly snapshots: SnapshotSource,
    private readonly log: Log,
  ) {}

  /** Starts, unless it is under way; it ends on its own and is repeated by hand where the process was stopped. */
  start(): void {
    this.walking ??= this.execute()
      .then((count) => this.log.log('said everything again', { count }))
      .catch((error: Error) => this.log.error('could not say everything again', error))
      .finally(() => (this.walking = undefined));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.walking;
  }

  /** Answers how many snapshots were published. */
  async execute(): Promise<number> {
    let count = 0;
    for (let after: string | undefined = BEFORE_ALL; after !== undefined && !this.stopped;)
      after = await this.transaction.run(async (work) => {
        const { events, last } = await this.snapshots.page(work, after!, AT_ONCE);
        work.publish(events);
        count += events.length;
        return last;
      });
    return count;
  }
}
