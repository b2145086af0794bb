import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@lianban/service-kit';
import type { RequestEvent } from '@lianban/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { SERVICE } from './messaging.config.js';
import { appendToOutbox } from './outbox.js';
import { poke } from './pokes.js';
import { encode, type OutgoingMessage } from './message.js';
import { Checkpoints } from './checkpoints.js';

/** What a use case or a handler works with: one connection, and the way to say what it did. */
export interface UnitOfWork {
  manager: EntityManager;
  /** Adds events to the outbox of this very transaction. */
  publish(events: RequestEvent | readonly RequestEvent[]): void;
  /** Does this once the transaction has committed, or the other where it never will; neither may fail, and both are lost with the process. */
  onCommit(act: () => void, otherwise?: () => void): void;
  /** The time of this act, the same for all of it. */
  now: Date;
}

interface Act {
  act(): void;
  otherwise?(): void;
}

/** What a transaction says with its commit, and what is done after it. */
export class PendingEvents {
  readonly records: OutgoingMessage[] = [];
  readonly acts: Act[] = [];

  /** Takes back what came after so many records and acts. */
  cutTo(records: number, acts: number): void {
    this.records.length = records;
    for (const { otherwise } of this.acts.splice(acts)) otherwise?.();
  }

  /** Writes the records; answers the id of the transaction that will carry them, if any. */
  async write(manager: EntityManager): Promise<bigint | undefined> {
    return this.records.length > 0 ? appendToOutbox(manager, this.records) : undefined;
  }

  committed(xid: bigint | undefined): void {
    if (xid) poke(new Set(this.records.map(({ topic }) => topic)), xid);
    this.acts.forEach(({ act }) => act());
  }

  /** The transaction was rolled back, or nobody knows. */
  failed(): void {
    this.cutTo(0, 0);
  }
}

/** Saving and saying are one act: rows and outbox rows commit together, or neither does. */
@Injectable()
export class Transaction {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly steps: Checkpoints,
    @Inject(SERVICE) private readonly service: string,
  ) {}

  async run<T>(act: (work: UnitOfWork) => Promise<T>): Promise<T> {
    const said = new PendingEvents();
    let xid: bigint | undefined;
    const result = await this.dataSource
      .transaction(async (manager) => {
        const value = await act(this.workOn(manager, said));
        xid = await said.write(manager);
        return value;
      })
      .catch((error: unknown) => {
        said.failed();
        throw error;
      });
    await this.steps.reach('business-committed');
    said.committed(xid);
    return result;
  }

  /** Work on an open transaction; what it says is gathered in `said` for its owner to write. */
  workOn(manager: EntityManager, said: PendingEvents): UnitOfWork {
    const now = this.clock.now();
    const publish = (events: RequestEvent | readonly RequestEvent[]): void => {
      for (const event of [events].flat() as RequestEvent[])
        said.records.push(encode(event, this.service, now));
    };
    return {
      manager,
      publish,
      now,
      onCommit: (act, otherwise) => void said.acts.push({ act, otherwise }),
    };
  }
}
