import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { OnModuleInit } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Log } from '../logging/log.js';
import { Metrics } from '../metrics/metrics.js';
import { isForOperators } from './operations-routes.js';

/** Logs and measures each request by its route pattern, because an address may contain a receipt number. */
@Injectable()
export class ObserveRequests implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit() {
    const durations = this.metrics.httpDurations();
    this.host.httpAdapter.getInstance().addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      const line = { method: request.method, route, status: reply.statusCode };
      durations.observe(line, reply.elapsedTime / 1000);
      if (isForOperators(route)) return;
      this.log.log('request', { ...line, ms: Math.round(reply.elapsedTime), requestId: request.id });
    });
  }
}
