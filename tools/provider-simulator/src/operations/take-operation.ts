import { setTimeout as pause } from 'node:timers/promises';
import { acceptOperation, type DialectContext } from './accept-operation.js';
import { readOperation } from './operation.js';

/** Takes an operation that was fetched: there is no answer in which to refuse it, so a report does. @param text its body */
export async function takeOperation(context: DialectContext, provider: string, text: string): Promise<void> {
  const { faults, eventLog, reportWriter, runner } = context;
  const operation = readOperation(text);
  if (!operation) throw new Error('an operation cannot be read');
  const { takeAfterMs } = faults.of(provider);
  if (takeAfterMs > 0) await pause(takeAfterMs, undefined, { ref: false });
  const isKnown = eventLog.providerState.operation(provider, operation.operation) !== undefined;
  const verdict = acceptOperation(context, operation, text);
  const placement = eventLog.providerState.placement(provider, operation.placement);
  if (!placement || verdict === 'other-body') return;
  if (verdict.outcome === 'refused' && !isKnown)
    reportWriter.report(placement, { state: 'refused', reason: verdict.reason });
  runner.advance(placement);
}
