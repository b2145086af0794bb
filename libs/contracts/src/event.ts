import 'reflect-metadata';

/** An event class: what happened, with the whole public state of its aggregate afterwards. */
export interface EventClass<E extends object = object> {
  new (): E;
}

export interface EventMetadata {
  /** The wire type, chosen once and kept: `cn.lianban.request.changed.v1`. */
  type: string;
  /** The topic without its prefix `lianban.`, or a function of the event. */
  topic: string | ((event: never) => string);
}

const DECLARED = Symbol('declared event');
const byType = new Map<string, EventClass>();

/** Declares an event class: its wire type and its topic. Every event has `requestId`, its key. */
export function Event<E extends object>(type: string, topic: string | ((event: E) => string)) {
  return (target: EventClass<E>): void => {
    Reflect.defineMetadata(DECLARED, { type, topic }, target);
    byType.set(type, target);
  };
}

export function eventMetadata(target: object): EventMetadata {
  const declaration = Reflect.getMetadata(DECLARED, target) as EventMetadata | undefined;
  if (!declaration) throw new Error(`${String((target as { name?: string }).name)} is not a declared event`);
  return declaration;
}

export const findEventClass = (type: string): EventClass | undefined => byType.get(type);

/** The events of the system. A type begins with its owner's reversed domain name (CloudEvents, `type`); what a test declares has another. */
export const eventClasses = (): EventClass[] =>
  [...byType].filter(([type]) => type.startsWith('cn.lianban.')).map(([, eventClass]) => eventClass);

export const topicOf = (event: RequestEvent): string => {
  const { topic } = eventMetadata(event.constructor);
  return typeof topic === 'string' ? topic : topic(event as never);
};

/** Every event belongs to one request, whose id is the message key. */
export interface RequestEvent {
  requestId: string;
}
