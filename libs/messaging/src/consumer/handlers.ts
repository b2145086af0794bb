import { Injectable } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import { findTopic, type RequestEvent } from '@lianban/contracts';
import { Clock } from '@lianban/service-kit';
import { isObservable, lastValueFrom } from 'rxjs';
import { decode, InvalidMessage, type DecodedMessage, type RawMessage } from '../message.js';
import type { UnitOfWork } from '../unit-of-work.js';

export type Handle = (events: RequestEvent[], work: UnitOfWork) => Promise<void>;

/** The handlers of a service by wire type, as Nest hands them to a transport. */
export type Handlers = Map<string, Handle>;

/** How records are read, and what handles what they say, by its type. */
export interface RecordReader {
  handlers: Handlers;
  /** Undefined for a type that nobody here handles. @throws InvalidMessage */
  decode(from: RawMessage): DecodedMessage | undefined;
}

const DAY_MS = 86_400_000;

/** The `@OnEvents` methods of this service, once its transport has been given them; and who reads topics that carry no events. */
@Injectable()
export class EventHandlers implements RecordReader {
  handlers: Handlers = new Map();
  private readonly others = new Map<string, RecordReader>();

  constructor(private readonly clock: Clock) {}

  adopt(found: Map<string, MessageHandler>): Handlers {
    const awaiting = new Map([...new Set(found.values())].map((handler) => [handler, awaited(handler)]));
    this.handlers = new Map([...found].map(([type, handler]) => [type, awaiting.get(handler)!]));
    return this.handlers;
  }

  /** The topic carries no events: its records are read so, when they were parked too. */
  register(topic: string, reader: RecordReader): void {
    this.others.set(topic, reader);
  }

  readerOf(topic: string): RecordReader {
    return this.others.get(topic) ?? this;
  }

  decode(from: RawMessage): DecodedMessage | undefined {
    const message = decode(from);
    if (!message || !this.handlers.has(message.type)) return undefined;
    const days = findTopic(from.topic)?.retentionDays ?? 14;
    if (this.clock.now().getTime() - message.time.getTime() > days * DAY_MS)
      throw new InvalidMessage('too-old', `older than the ${days} days of its topic`);
    return message;
  }
}

const awaited =
  (handler: MessageHandler) =>
  async (events: RequestEvent[], work: UnitOfWork): Promise<void> => {
    const result: unknown = await handler(events, work);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  };
