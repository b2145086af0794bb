import type { OperationBody } from '@lianban/adapter-kit/domain';
import { assertInvariant } from './assert-invariant.js';

/** Watches what arrives at the providers. */
export class Effects {
  /** Operations that went on after a process or the network had stood still for longer than the lease. */
  readonly frozen = new Set<string>();
  readonly doubled: OperationBody[] = [];
  private readonly placements = new Map<string, string>();

  /** A provider that may know the operation gets the same body as before. */
  sameBody(
    retrySafety: 'idempotency-key' | 'status-query',
    body: OperationBody,
    before: string | undefined,
  ): void {
    if (!before || (retrySafety === 'status-query' && this.frozen.has(body.operation))) return;
    assertInvariant('body-frozen', before === JSON.stringify(body), () => `${body.kind} ${body.operation}`);
  }

  done(body: OperationBody, count: number, retrySafety: 'idempotency-key' | 'status-query'): void {
    const isExcused = retrySafety === 'status-query' && this.frozen.has(body.operation);
    if (count > 1) {
      assertInvariant('effect-once', isExcused, () => `${body.kind} ${body.operation}, ${count} times`);
      this.doubled.push(body);
    }
    if (body.kind === 'place') this.placedBy(body, isExcused);
  }

  private placedBy({ placement, operation }: OperationBody, isExcused: boolean): void {
    const before = this.placements.get(placement) ?? operation;
    assertInvariant(
      'effect-once',
      isExcused || before === operation,
      () => `${placement} by ${before} and ${operation}`,
    );
    this.placements.set(placement, operation);
  }
}
