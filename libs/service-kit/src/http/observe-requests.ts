import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { OnModuleInit } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Span, Tracer } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import { Log } from '../logging/log.js';
import { Metrics } from '../metrics/metrics.js';
import { readTraceparent, Tracing } from '../tracing/tracing.js';
import { isForOperators } from './operations-routes.js';

/** Logs, measures and traces each request by its route pattern, because an address may contain a receipt number. */
@Injectable()
export class ObserveRequests implements OnModuleInit {
  private readonly spans = new WeakMap<FastifyRequest, Span>();

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly log: Log,
    private readonly metrics: Metrics,
    private readonly tracing: Tracing,
  ) {}

  onModuleInit() {
    if (this.tracing.tracer) this.trace(this.tracing.tracer);
    const durations = this.metrics.httpDurations();
    this.host.httpAdapter.getInstance().addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      const line = { method: request.method, route, status: reply.statusCode };
      durations.observe(line, reply.elapsedTime / 1000);
      if (isForOperators(route)) return;
      const rest = { ms: Math.round(reply.elapsedTime), requestId: request.id };
      this.inSpan(request, () => this.log.log('request', { ...line, ...rest }));
      endSpan(this.spans.get(request), reply.statusCode);
    });
  }

  private trace(tracer: Tracer) {
    const server = this.host.httpAdapter.getInstance();
    server.addHook('onRequest', (request, _reply, done) => {
      if (!isForOperators(request.routeOptions.url)) this.spans.set(request, startSpan(tracer, request));
      done();
    });
    // Not before the body was read: what reads it forgets which span is active.
    server.addHook('preValidation', (request, _reply, done) => this.inSpan(request, done));
  }

  private inSpan(request: FastifyRequest, act: () => void) {
    const span = this.spans.get(request);
    if (span) context.with(trace.setSpan(ROOT_CONTEXT, span), act);
    else act();
  }
}

function startSpan(tracer: Tracer, { method, headers, routeOptions: { url } }: FastifyRequest): Span {
  const caller = readTraceparent(headers.traceparent as string | undefined);
  const parent = caller ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT;
  const attributes = {
    'http.request.method': method,
    'url.scheme': 'http',
    ...(url && { 'http.route': url }),
  };
  return tracer.startSpan(url ? `${method} ${url}` : method, { kind: SpanKind.SERVER, attributes }, parent);
}

function endSpan(span: Span | undefined, status: number) {
  span?.setAttribute('http.response.status_code', status);
  if (status >= 500)
    span?.setAttribute('error.type', String(status)).setStatus({ code: SpanStatusCode.ERROR });
  span?.end();
}
