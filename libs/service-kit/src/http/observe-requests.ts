import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { OnModuleInit } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Span, Tracer } from '@opentelemetry/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Log } from '../logging/log.js';
import { Metrics } from '../metrics/metrics.js';
import { readTraceparent, Tracing } from '../tracing/tracing.js';
import { isForOperators } from './operations-routes.js';

/** The status that stands for a caller who did not wait for the answer; nginx's. */
const CALLER_GONE = 499;

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
    const observe = (request: FastifyRequest, { elapsedTime }: FastifyReply, status: number) => {
      const route = request.routeOptions.url ?? 'none';
      const line = { method: request.method, route, status };
      durations.observe(line, elapsedTime / 1000);
      if (isForOperators(route)) return;
      const rest = { ms: Math.round(elapsedTime), requestId: request.id };
      this.inSpan(request, () => this.log.log('request', { ...line, ...rest }));
    };
    const server = this.host.httpAdapter.getInstance();
    server.addHook('onRequest', (request, reply, done) => {
      const { raw } = reply;
      // Also where there is no answer: Fastify itself says nothing then.
      raw.once('close', () => {
        if (!raw.headersSent) observe(request, reply, CALLER_GONE);
        endSpan(this.spans.get(request), raw.headersSent ? reply.statusCode : undefined);
      });
      done();
    });
    server.addHook('onResponse', async (request, reply) => observe(request, reply, reply.statusCode));
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

/** @param status undefined where nothing was answered */
function endSpan(span: Span | undefined, status?: number) {
  if (!span) return;
  if (status === undefined) span.setAttribute('error.type', 'aborted');
  else span.setAttribute('http.response.status_code', status);
  if (status !== undefined && status >= 500)
    span.setAttribute('error.type', String(status)).setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
