import { Injectable } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import type { RequestEvent } from '@lianban/contracts';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Handlers } from './batch-processor.js';
import type { UnitOfWork } from './transaction.js';

/** The `@On` methods of this service, once its transport has been given them. */
@Injectable()
export class EventHandlers {
  all: Handlers = new Map();

  adopt(found: Map<string, MessageHandler>): Handlers {
    const awaiting = new Map([...new Set(found.values())].map((handler) => [handler, awaited(handler)]));
    this.all = new Map([...found].map(([type, handler]) => [type, awaiting.get(handler)!]));
    return this.all;
  }
}

const awaited =
  (handler: MessageHandler) =>
  async (events: RequestEvent[], work: UnitOfWork): Promise<void> => {
    const result: unknown = await handler(events, work);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  };
