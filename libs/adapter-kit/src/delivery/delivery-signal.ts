import { Inject, Injectable } from '@nestjs/common';
import type { UnitOfWork } from '@lianban/messaging';
import { AdapterConfig, callDeadline } from '../adapter.config.js';
import type { OperationSender } from '../jobs/job-store.js';
import type { LeasedOperation, Operation } from '../jobs/operation.js';
import { ProviderStatuses } from '../providers/provider-statuses.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { ProviderRateLimiter } from './provider-rate-limiter.js';

/** An operation to send, and when its call must have begun by `performance.now()`: a later one could outlive its lease. */
export interface Delivery {
  operation: LeasedOperation;
  callBy: number;
}

interface Worker {
  perform(delivery: Delivery): void;
  wake(): void;
}

/** Tells the deliveries of this process what is due; other instances look by themselves. */
@Injectable()
export class DeliverySignal implements OperationSender {
  private worker?: Worker;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly circuitBreaker: CircuitBreaker,
    private readonly rateLimiter: ProviderRateLimiter,
    private readonly statuses: ProviderStatuses,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {}

  attach(worker: Worker): void {
    this.worker = worker;
  }

  wake(): void {
    this.worker?.wake();
    this.waiting.forEach((end) => end());
  }

  /** Waits until operations are due, as far as this instance hears of it, for so many milliseconds at most. */
  whenDue(ms: number): Promise<void> {
    return new Promise((done) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(end);
        done();
      };
      const timer = setTimeout(end, ms);
      this.waiting.add(end);
    });
  }

  /** What there is capacity for is called as soon as this commits, without being looked for in the database. */
  reserve(operation: Operation, onCommit: UnitOfWork['onCommit']): boolean {
    const { worker, rateLimiter } = this;
    const { provider } = operation;
    const isHeldBack = this.circuitBreaker.isTripped(provider) || this.statuses.isPaused(provider);
    if (!worker || isHeldBack || !rateLimiter.tryAcquire(provider)) return false;
    const callBy = callDeadline(this.config);
    onCommit(
      () => worker.perform({ operation: { ...operation, mayBeInFlight: false }, callBy }),
      () => rateLimiter.release(provider),
    );
    return true;
  }
}
