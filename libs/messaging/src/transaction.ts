import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '@lianban/service-kit';
import type { Keyed } from '@lianban/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { SERVICE } from './messaging.config.js';
import { appendToOutbox } from './outbox.js';
import { poke } from './pokes.js';
import { recordOf, type EventRecord } from './record.js';
import { StepObserver } from './steps.js';

/** What a use case or a handler works with: one connection, and the way to say what it did. */
export interface Work {
  manager: EntityManager;
  /** Adds events to the outbox of this very transaction. */
  publish(events: Keyed | readonly Keyed[]): void;
  /** The time of this act, the same for all of it. */
  now: Date;
}

/** Saving and saying are one act: rows and outbox rows commit together, or neither does. */
@Injectable()
export class Transaction {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly steps: StepObserver,
    @Inject(SERVICE) private readonly service: string,
  ) {}

  async run<T>(act: (work: Work) => Promise<T>): Promise<T> {
    const said: EventRecord[] = [];
    let xid: bigint | undefined;
    const result = await this.dataSource.transaction(async (manager) => {
      const value = await act(this.workOn(manager, said));
      if (said.length > 0) xid = await appendToOutbox(manager, said);
      return value;
    });
    await this.steps.announce('business-committed');
    if (xid) poke(new Set(said.map(({ topic }) => topic)), xid);
    return result;
  }

  /** Work on an open transaction; what is published is gathered in `said` for its owner to write. */
  workOn(manager: EntityManager, said: EventRecord[]): Work {
    const now = this.clock.now();
    const publish = (events: Keyed | readonly Keyed[]): void => {
      for (const event of [events].flat() as Keyed[]) said.push(recordOf(event, this.service, now));
    };
    return { manager, publish, now };
  }
}
