import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { TraceFlags, type SpanContext, type Tracer } from '@opentelemetry/api';

/** A service's tracer, and how it is stopped. */
export interface RunningTracing {
  tracer: Tracer;
  /** Sends what has not been sent. */
  stop(): Promise<void>;
}

/** Makes the spans of a service, where traces are wanted. */
@Injectable()
export class Tracing implements OnApplicationShutdown {
  constructor(private readonly running?: RunningTracing) {}

  /** Undefined where nothing is traced. */
  get tracer(): Tracer | undefined {
    return this.running?.tracer;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.running?.stop();
  }
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Reads a header `traceparent` of W3C Trace Context. */
export function readTraceparent(header: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(header ?? '') ?? [];
  if (!traceId || !spanId || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: parseInt(flags!, 16), isRemote: true };
}

export const writeTraceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

export const isSampled = <T extends SpanContext>(span: T | undefined): span is T =>
  span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0;
