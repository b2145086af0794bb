import { acceptOperation, type DialectContext } from './accept-operation.js';
import type { Operation } from './operation.js';

/** What a provider does with an operation that it is not asked to answer: what it refuses it reports. @param body as it came */
export function takeOperation(context: DialectContext, operation: Operation, body: string): void {
  const { eventLog, reportWriter, runner } = context;
  const { provider } = operation;
  const isKnown = eventLog.providerState.operation(provider, operation.operation) !== undefined;
  const verdict = acceptOperation(context, operation, body);
  const placement = eventLog.providerState.placement(provider, operation.placement);
  if (!placement || verdict === 'other-body') return;
  if (verdict.outcome === 'refused' && !isKnown)
    reportWriter.report(placement, { state: 'refused', reason: verdict.reason });
  runner.advance(placement);
}
