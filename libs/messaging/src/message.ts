import { validateSync, type ValidationError } from 'class-validator';
import {
  eventMetadata,
  findEventClass,
  isInstant,
  topicOf,
  type EventClass,
  type RequestEvent,
} from '@lianban/contracts';
import { hydrate, isValid } from '@lianban/service-kit';
import { v7 } from 'uuid';

/** An event on its way: CloudEvents 1.0 attributes and a JSON body. */
export interface OutgoingMessage {
  id: string;
  type: string;
  source: string;
  time: Date;
  key: string;
  topic: string;
  body: string;
  /** The span in which it was made, where its request is traced: a header of W3C Trace Context. */
  traceparent?: string;
}

/** A record as a transport hands it over; where it came from names it for good. */
export interface RawMessage {
  topic: string;
  sourcePosition: string;
  headers: Record<string, string>;
  key: string | null;
  body: Buffer | string | null;
}

export interface DecodedMessage {
  from: RawMessage;
  id: string;
  type: string;
  time: Date;
  event: RequestEvent;
}

/** Why a record cannot be handled, in a code an operator can search for. */
export class InvalidMessage extends Error {
  constructor(
    readonly reason: 'undecodable' | 'invalid' | 'too-old' | 'unknown-job',
    detail: string,
  ) {
    super(detail);
  }
}

/** Most bytes of a body; topics take more at once, for headers and for several records in one send. */
export const MAX_BODY = 256 * 1024;

/** An event that no broker would take: nothing of its transaction is saved. */
export class MessageTooLarge extends Error {
  constructor(type: string, bytes: number) {
    super(`${type} has ${bytes} bytes, more than the ${MAX_BODY} that may be published`);
  }
}

/** @throws MessageTooLarge */
export function encode(event: RequestEvent, service: string, time: Date): OutgoingMessage {
  const { type } = eventMetadata(event.constructor);
  const body = JSON.stringify(event);
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_BODY) throw new MessageTooLarge(type, bytes);
  return {
    id: v7(),
    type,
    source: `/lianban/${service}`,
    time,
    key: event.requestId,
    topic: topicOf(event),
    body,
  };
}

/** CloudEvents 1.0, Kafka protocol binding, binary content mode. */
export function headersOf(record: Omit<OutgoingMessage, 'body' | 'topic'>): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: record.id,
    ce_type: record.type,
    ce_source: record.source,
    ce_subject: record.key,
    ce_time: record.time.toISOString(),
    'content-type': 'application/json',
    ...(record.traceparent !== undefined && { traceparent: record.traceparent }),
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Decodes and validates a record, or says why it cannot be read. A type nobody here knows gives `undefined`. */
export function decode(from: RawMessage): DecodedMessage | undefined {
  const { ce_id: id, ce_type: type, ce_time: at } = from.headers;
  if (!id || !UUID.test(id)) throw new InvalidMessage('undecodable', 'ce_id is no UUID');
  if (!type) throw new InvalidMessage('undecodable', 'ce_type is missing');
  if (!isInstant(at)) throw new InvalidMessage('undecodable', 'ce_time is no time');
  const time = new Date(at!);
  const eventClass = findEventClass(type);
  if (!eventClass) return undefined;
  const event = validated(eventClass, parsed(from.body));
  return { from, id, type, time, event };
}

function parsed(body: Buffer | string | null): object {
  if (body === null || Buffer.byteLength(body) > MAX_BODY)
    throw new InvalidMessage('undecodable', 'the body is empty or too big');
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw new InvalidMessage('undecodable', 'the body is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidMessage('undecodable', 'the body is no JSON object');
  return value;
}

function validated(eventClass: EventClass, body: object): RequestEvent {
  const event = hydrate(eventClass, body);
  if (isValid(event)) return event as RequestEvent;
  const errors = complaintsAbout(event);
  if (errors.length > 0) throw new InvalidMessage('invalid', errors.map(path).join(', '));
  return event as RequestEvent;
}

/** Of a body so odd that class-validator fails over it, nothing more can be said. */
function complaintsAbout(event: object): ValidationError[] {
  try {
    return validateSync(event, { forbidUnknownValues: true });
  } catch {
    throw new InvalidMessage('invalid', 'cannot be validated');
  }
}

/** Names the property and the rule, never the value: values may be personal. */
function path(error: ValidationError): string {
  const rules = Object.keys(error.constraints ?? {}).join('+');
  const below = (error.children ?? []).map(path).join(',');
  return `${error.property}${rules && `:${rules}`}${below && `.${below}`}`;
}
