import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EventHandlers } from './handlers.js';
import { listParked, markReplayed, takeParked, type ParkedMessage } from './parked.js';
import { decode } from './message.js';
import { Transaction } from './transaction.js';

/** Parked messages, for an operator: what they are, and another try. */
@Injectable()
export class ParkedMessages {
  constructor(
    private readonly dataSource: DataSource,
    private readonly handlers: EventHandlers,
    private readonly transaction: Transaction,
  ) {}

  list(after = '0', limit = 50): Promise<ParkedMessage[]> {
    return listParked(this.dataSource.manager, after, limit);
  }

  /**
   * Hands a parked message to its handler once more, and marks it replayed when that succeeds. Harmless after its
   * successor was handled: handlers keep the highest version. Answers false where no such message is parked.
   */
  replay(id: string): Promise<boolean> {
    return this.transaction.run(async (work) => {
      const parked = await takeParked(work.manager, id);
      if (!parked) return false;
      const record = decode({ ...parked, sourcePosition: parked.origin });
      const handle = record && this.handlers.all.get(record.type);
      if (handle) await handle([record.event], work);
      await markReplayed(work.manager, id);
      return true;
    });
  }
}
