import { Injectable } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import type { RequestEvent } from '@lianban/contracts';
import { isObservable, lastValueFrom } from 'rxjs';
import type { UnitOfWork } from '../unit-of-work.js';

export type Handle = (events: RequestEvent[], work: UnitOfWork) => Promise<void>;

/** The handlers of a service by wire type, as Nest hands them to a transport. */
export type Handlers = Map<string, Handle>;

/** The `@OnEvents` methods of this service, once its transport has been given them. */
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
