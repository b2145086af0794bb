import { Inject, Injectable } from '@nestjs/common';
import { PollLoop, type UnitOfWork } from '@lianban/messaging';
import { AdapterConfig, callDeadline } from '../adapter.config.js';
import type { OperationSender } from '../jobs/job-store.js';
import type { LeasedOperation, Operation } from '../jobs/operation.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { ProviderRateLimiter } from './provider-rate-limiter.js';

/** An operation to send, and when its call must have begun by `performance.now()`: a later one could outlive its lease. */
export interface Delivery {
  operation: LeasedOperation;
  callBy: number;
}

/** Wakes the deliveries of this process when something is due; other instances look by themselves. */
@Injectable()
export class DeliverySignal implements OperationSender {
  readonly pollLoop = new PollLoop();
  /** Makes the call of an operation that was leased by the very transaction that derived it. */
  dispatch: (delivery: Delivery) => void = () => {};

  constructor(
    private readonly circuitBreaker: CircuitBreaker,
    private readonly rateLimiter: ProviderRateLimiter,
    @Inject(AdapterConfig) private readonly config: AdapterConfig,
  ) {}

  wake(): void {
    this.pollLoop.nudge();
  }

  /** What there is capacity for is called as soon as this commits, without being looked for in the database. */
  reserve(operation: Operation, onCommit: UnitOfWork['onCommit']): boolean {
    const { provider } = operation;
    if (this.circuitBreaker.isTripped(provider) || !this.rateLimiter.tryAcquire(provider)) return false;
    const callBy = callDeadline(this.config);
    onCommit(
      () => this.dispatch({ operation: { ...operation, mayBeInFlight: false }, callBy }),
      () => this.rateLimiter.release(provider),
    );
    return true;
  }
}
