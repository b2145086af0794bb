import { Injectable } from '@nestjs/common';
import { isSampled, Tracing } from '@lianban/service-kit';
import {
  context,
  createContextKey,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';

const MAX_REMEMBERED = 10_000;
export const REQUEST_ID = 'lianban.request.id';

/** Marks a span that is about several requests: what is done under it is not all about one. */
const IS_SHARED = createContextKey('several requests');
export const asShared = (shared: Context): Context => shared.setValue(IS_SHARED, true);

/** What came of a call, in a word. */
export interface Called {
  outcome: string;
  isError: boolean;
}

/**
 * The newest span of each request that this process has to do with. What is published or told to somebody later, in a batch with
 * others, continues there. It is lost with the process; the request's id is on every span all the same.
 */
@Injectable()
export class RequestTraces {
  private readonly spans = new Map<string, SpanContext>();

  constructor(private readonly tracing: Tracing) {}

  /** The active span is about this request, which whatever comes of it in a batch continues. */
  enter(requestId: string): void {
    const span = this.tracing.tracer && trace.getActiveSpan();
    if (!span) return;
    const before = this.spans.get(requestId);
    span.setAttribute(REQUEST_ID, requestId);
    if (before && before.spanId !== span.spanContext().spanId) span.addLink({ context: before });
    if (span.isRecording()) this.remember(requestId, span.spanContext());
  }

  /** Undefined: the request is not traced any more. */
  remember(requestId: string, span: SpanContext | undefined): void {
    this.spans.delete(requestId);
    if (!isSampled(span)) return;
    this.spans.set(requestId, span);
    if (this.spans.size > MAX_REMEMBERED) this.spans.delete(this.spans.keys().next().value!);
  }

  /** Calls somebody outside about a request, in a span of its own; `describe` says what came of it, and what of that is an error. */
  async call<T>(
    requestId: string,
    name: string,
    attributes: Attributes,
    act: () => Promise<T>,
    describe: (result: T) => Called,
  ): Promise<T> {
    const parent = this.parentOf(requestId);
    if (!parent) return act();
    const options = { kind: SpanKind.CLIENT, attributes: { ...attributes, [REQUEST_ID]: requestId } };
    const span = this.tracing.tracer!.startSpan(name, options, parent);
    this.remember(requestId, span.spanContext());
    const end = ({ outcome, isError }: Called): void => {
      span.setAttributes({ 'lianban.outcome': outcome, ...(isError && { 'error.type': outcome }) });
      if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    };
    try {
      const result = await context.with(trace.setSpan(parent, span), act);
      end(describe(result));
      return result;
    } catch (error) {
      end({ outcome: (error as Error).name, isError: true });
      throw error;
    }
  }

  /** Of what something new about this request is a part; undefined where the request is not traced. */
  parentOf(requestId: string): Context | undefined {
    if (!this.tracing.tracer) return undefined;
    const active = context.active();
    const span = active.getValue(IS_SHARED) ? undefined : trace.getSpanContext(active);
    const parent = span ?? this.spans.get(requestId);
    return isSampled(parent) ? trace.setSpanContext(active, parent) : undefined;
  }
}
