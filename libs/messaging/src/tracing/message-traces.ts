import { Inject, Injectable } from '@nestjs/common';
import { isSampled, readTraceparent, Tracing, writeTraceparent } from '@lianban/service-kit';
import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Link,
  type Span,
} from '@opentelemetry/api';
import type { DecodedMessage, OutgoingMessage } from '../message.js';
import { MessagingConfig, SERVICE } from '../messaging.config.js';
import { asShared, REQUEST_ID, RequestTraces } from './request-traces.js';

/** Called when what the spans are about is over, with its error if it failed. */
export type EndSpans = (error?: unknown) => void;

/** What of a message is in a span. */
type NamedMessage = Pick<OutgoingMessage, 'id' | 'type' | 'topic' | 'key' | 'traceparent'>;
type Operation = 'create' | 'send' | 'process';

/**
 * The spans of messages, after OpenTelemetry's conventions. Each event of a traced request has one of its making; what sends it
 * and what handles it do so with others, and link to that.
 */
@Injectable()
export class MessageTraces {
  constructor(
    private readonly tracing: Tracing,
    private readonly requests: RequestTraces,
    @Inject(MessagingConfig) private readonly config: MessagingConfig,
    @Inject(SERVICE) private readonly service: string,
  ) {}

  /** Gives each event of a traced request a span of its making, whose context goes with it. */
  create(messages: readonly OutgoingMessage[]): EndSpans {
    const spans: Span[] = [];
    for (const message of this.tracing.tracer ? messages : []) {
      const parent = this.requests.parentOf(message.key);
      if (!parent) continue;
      const attributes = { ...this.attributes('create', message.topic), ...attributesOf(message) };
      const span = this.tracing.tracer!.startSpan(
        this.nameOf('create', message.topic),
        { kind: SpanKind.PRODUCER, attributes },
        parent,
      );
      message.traceparent = writeTraceparent(span.spanContext());
      spans.push(span);
    }
    return endOf(spans);
  }

  /** One send to the broker. */
  send(messages: readonly OutgoingMessage[]): EndSpans {
    return endOf([...this.startLinked('send', SpanKind.CLIENT, messages).keys()]);
  }

  /** Handles messages; what comes of them continues in the span of their topic. */
  async process<T>(messages: readonly DecodedMessage[], act: () => Promise<T>): Promise<T> {
    if (!this.tracing.tracer) return act();
    const named = messages.map(({ id, type, event, from: { topic, headers } }) => {
      return { id, type, topic, key: event.requestId, traceparent: headers.traceparent };
    });
    named.forEach(({ key }) => this.requests.remember(key, undefined));
    const spans = this.startLinked('process', SpanKind.CONSUMER, named);
    for (const [span, traced] of spans)
      traced.forEach(({ key }) => this.requests.remember(key, span.spanContext()));
    const [first] = spans.keys();
    const end = endOf([...spans.keys()]);
    try {
      const result = await context.with(
        first ? asShared(trace.setSpan(ROOT_CONTEXT, first)) : ROOT_CONTEXT,
        act,
      );
      end();
      return result;
    } catch (error) {
      end(error);
      throw error;
    }
  }

  /** A span for each topic with a message that is traced, and the messages that it links to. */
  private startLinked(
    operation: Operation,
    kind: SpanKind,
    messages: readonly NamedMessage[],
  ): Map<Span, NamedMessage[]> {
    const spans = new Map<Span, NamedMessage[]>();
    const traced = this.tracing.tracer ? messages.filter(isTraced) : [];
    for (const [topic, ofTopic] of Map.groupBy(traced, (message) => message.topic)) {
      const count = messages.filter((message) => message.topic === topic).length;
      const attributes = {
        ...this.attributes(operation, topic),
        ...(operation === 'process' && { 'messaging.consumer.group.name': this.service }),
        ...(count === 1 ? attributesOf(ofTopic[0]!) : { 'messaging.batch.message_count': count }),
      };
      const options = { kind, attributes, root: true, links: ofTopic.map(toLink) };
      spans.set(this.tracing.tracer!.startSpan(this.nameOf(operation, topic), options), ofTopic);
    }
    return spans;
  }

  private nameOf(operation: Operation, topic: string): string {
    return `${operation} ${this.config.topicPrefix}${topic}`;
  }

  private attributes(operation: Operation, topic: string): Attributes {
    return {
      'messaging.system': this.config.transport === 'kafka' ? 'kafka' : 'lianban',
      'messaging.operation.name': operation,
      'messaging.operation.type': operation,
      'messaging.destination.name': this.config.topicPrefix + topic,
    };
  }
}

const isTraced = ({ traceparent }: NamedMessage): boolean => isSampled(readTraceparent(traceparent));

const toLink = ({ traceparent, key }: NamedMessage): Link => ({
  context: readTraceparent(traceparent)!,
  attributes: { [REQUEST_ID]: key },
});

const attributesOf = ({ id, type, key }: NamedMessage): Attributes => ({
  'messaging.message.id': id,
  'cloudevents.event_id': id,
  'cloudevents.event_type': type,
  [REQUEST_ID]: key,
});

function endOf(spans: readonly Span[]): EndSpans {
  return (error) => {
    for (const span of spans) {
      if (error !== undefined) {
        span.setAttribute('error.type', (error as Error).name);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    }
  };
}
