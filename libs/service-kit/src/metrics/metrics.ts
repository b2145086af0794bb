import { Injectable } from '@nestjs/common';
import { Gauge, Histogram, Registry } from 'prom-client';

/** The service's own registry: create gauges and counters with `registers: [metrics.registry]`. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  httpDurations() {
    return new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its answer',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [this.registry],
    });
  }

  buildInfo() {
    return new Gauge({
      name: 'lianban_build_info',
      help: '1 for the version that runs',
      labelNames: ['version'] as const,
      registers: [this.registry],
    });
  }

  poolWaiting(count: () => number) {
    return new Gauge({
      name: 'lianban_pool_waiting',
      help: 'Statements that wait for a connection to the database',
      registers: [this.registry],
      collect() {
        this.set(count());
      },
    });
  }
}
