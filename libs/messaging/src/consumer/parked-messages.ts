import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { classifyDatabaseError, RepeatingTask } from '@lianban/service-kit';
import { DataSource } from 'typeorm';
import { MessagingConfig } from '../messaging.config.js';
import { isOutgoing, putBack } from '../outbox/unsendable.js';
import { Transaction } from '../unit-of-work.js';
import { EventHandlers } from './handlers.js';
import {
  countByReason,
  findDue,
  listParked,
  lockParked,
  markReplayed,
  postponeRetry,
  type ParkedFilter,
  type ParkedMessage,
  type ParkedReason,
} from './parked-table.js';

const MAX_RETRIES_AT_ONCE = 20;
const MAX_REPLAYED_AT_ONCE = 100;

/** What came of a replay of several messages. */
export interface Replayed {
  replayed: number;
  /** These stay parked. */
  failed: number;
  /** The last one that was tried, where there may be more after it. */
  last?: string;
}

/** Parked messages: listed and replayed by an operator's command, and tried again by themselves with growing waits. */
@Injectable()
export class ParkedMessages implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('ParkedMessages');
  private readonly retrying: RepeatingTask;

  constructor(
    private readonly dataSource: DataSource,
    private readonly handlers: EventHandlers,
    private readonly transaction: Transaction,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
  ) {
    this.retrying = new RepeatingTask(
      () => this.retryDue(),
      (error) => this.logger.warn(`parked messages cannot be tried again now: ${error.message}`),
    );
  }

  onModuleInit(): void {
    this.retrying.start(this.config.parkedRetryMs);
  }

  onModuleDestroy(): Promise<void> {
    return this.retrying.stop();
  }

  list(after = '0', filter: ParkedFilter = {}, limit = 50): Promise<ParkedMessage[]> {
    return listParked(this.dataSource.manager, after, limit, filter);
  }

  reasons(): Promise<ParkedReason[]> {
    return countByReason(this.dataSource.manager);
  }

  /**
   * Hands a parked message to its handler once more, and marks it replayed when that succeeds. Harmless after its
   * successor was handled: handlers keep the highest version. Answers false where no such message is parked.
   */
  replay(id: string): Promise<boolean> {
    return this.transaction.run(async (work) => {
      const parked = await lockParked(work.manager, id);
      if (!parked) return false;
      if (isOutgoing(parked)) await putBack(work.manager, parked);
      else {
        const reader = this.handlers.readerOf(parked.topic);
        const message = reader.decode(parked);
        if (message) await reader.handlers.get(message.type)!([message.event], work);
      }
      await markReplayed(work.manager, id);
      return true;
    });
  }

  /** Replays the next messages of this kind, each by itself: what fails again stays parked and holds up no other. */
  async replayAll(filter: ParkedFilter, after = '0'): Promise<Replayed> {
    const messages = await this.list(after, filter, MAX_REPLAYED_AT_ONCE);
    let replayed = 0;
    for (const { id } of messages)
      try {
        if (await this.replay(id)) replayed += 1;
      } catch (error) {
        if (classifyDatabaseError(error) === 'away') throw error;
      }
    const last = messages.length === MAX_REPLAYED_AT_ONCE ? messages.at(-1)!.id : undefined;
    return { replayed, failed: messages.length - replayed, ...(last && { last }) };
  }

  /** Tries those again that are due, a few at once. */
  async retryDue(): Promise<void> {
    for (const id of await findDue(this.dataSource.manager, MAX_RETRIES_AT_ONCE)) {
      try {
        await this.replay(id);
      } catch (error) {
        if (classifyDatabaseError(error) === 'away') throw error;
        await postponeRetry(this.dataSource.manager, id);
      }
    }
  }
}
