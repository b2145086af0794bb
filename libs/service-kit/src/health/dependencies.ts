import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Metrics } from '../metrics/metrics.js';

const TIMEOUT_MS = 2_000;
const CHECK_INTERVAL_MS = 5_000;

/** Throws, rejects or takes longer than two seconds while the dependency cannot be used. */
export type DependencyCheck = () => Promise<unknown> | void;

export interface DependencyState {
  status: 'up' | 'down';
  /** When it became so. */
  since: string;
  /** Why it is down. */
  reason?: string;
}

/** What a service needs of others. Checked all the time, for operators; a process stays ready without them. */
@Injectable()
export class Dependencies implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly checks = new Map<string, DependencyCheck>();
  private readonly states = new Map<string, DependencyState>();
  private running?: Promise<Record<string, DependencyState>>;
  private timer?: NodeJS.Timeout;

  constructor(metrics: Metrics) {
    const { states } = this;
    new Gauge({
      name: 'lianban_dependency_up',
      help: '1 while what the service needs of others can be used',
      labelNames: ['dependency'],
      registers: [metrics.registry],
      collect() {
        for (const [dependency, { status }] of states) this.set({ dependency }, status === 'up' ? 1 : 0);
      },
    });
  }

  add(name: string, check: DependencyCheck): void {
    this.checks.set(name, check);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.run(), CHECK_INTERVAL_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Runs every check; callers at the same time share one run. */
  run(): Promise<Record<string, DependencyState>> {
    this.running ??= this.runAll().finally(() => (this.running = undefined));
    return this.running;
  }

  private async runAll(): Promise<Record<string, DependencyState>> {
    await Promise.all([...this.checks].map(async ([name, check]) => this.record(name, await failure(check))));
    return Object.fromEntries(this.states);
  }

  private record(name: string, reason: string | undefined): void {
    const before = this.states.get(name);
    const status = reason === undefined ? 'up' : 'down';
    const since = before?.status === status ? before.since : new Date().toISOString();
    this.states.set(name, { status, since, ...(reason !== undefined && { reason }) });
  }
}

async function failure(check: DependencyCheck): Promise<string | undefined> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  try {
    await Promise.race([check(), late.promise]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    clearTimeout(timer);
  }
}
