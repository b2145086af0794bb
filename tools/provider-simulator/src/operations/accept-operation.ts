import { createHash } from 'node:crypto';
import type { Catalogue, Provider } from '@lianban/catalogue';
import type { EventLog } from '../journal/event-log.js';
import type { FaultSettings } from '../faults/fault-settings.js';
import type { Placement } from '../placements/placement.js';
import type { ScenarioRunner } from '../placements/scenario-runner.js';
import type { ReportWriter } from '../reports/report-writer.js';
import type { Operation, Verdict } from './operation.js';

export interface AcceptContext {
  eventLog: EventLog;
  faults: FaultSettings;
  reportWriter: ReportWriter;
  catalogue: Catalogue;
}

/** What a dialect's side of the providers needs beside. */
export interface DialectContext extends AcceptContext {
  runner: ScenarioRunner;
  secretOf(provider: string): string;
  providerOf(id: string): Provider;
}

/** Decides on an operation and records it. @param body as it came: a repeated operation with another one is refused */
export function acceptOperation(
  context: AcceptContext,
  operation: Operation,
  body: string,
): Verdict | 'other-body' {
  const { eventLog, faults } = context;
  const digest = createHash('sha1').update(body).digest('base64');
  const { dedupe, outcome, reason, items } = faults.of(operation.provider);
  const known = eventLog.providerState.operation(operation.provider, operation.operation);
  if (known && dedupe) return known.digest === digest ? known.verdict : 'other-body';
  const scenario = { outcome, reason, items };
  const placement = eventLog.providerState.accepted(operation.provider, operation.placement);
  const verdict = decide(context, operation, placement);
  eventLog.record({ entry: 'taken', at: new Date().toISOString(), operation, digest, verdict, scenario });
  return verdict.outcome === 'taken' ? withReport(context, operation, verdict) : verdict;
}

function decide(context: AcceptContext, { kind, provider }: Operation, placement?: Placement): Verdict {
  const { outcome, reason = 'not-covered' } = context.faults.of(provider);
  if (kind === 'place' && outcome === 'refuse') return refusal(context, reason);
  if (kind === 'place') return { outcome: 'taken', reference: newReference(context, provider) };
  if (!placement) return refusal(context, 'withdrawal-too-late');
  return { outcome: 'taken', reference: placement.references[0] ?? '' };
}

const refusal = ({ catalogue }: AcceptContext, reason: string): Verdict => ({
  outcome: 'refused',
  reason,
  text: catalogue.reason(reason)?.name['zh-CN'] ?? reason,
});

const newReference = ({ eventLog }: AcceptContext, provider: string) =>
  `${provider}-${String(eventLog.providerState.totals.effects + 1).padStart(8, '0')}`;

function withReport(
  { eventLog, faults, reportWriter }: AcceptContext,
  operation: Operation,
  verdict: Verdict,
): Verdict {
  const { reports, outcome } = faults.of(operation.provider);
  const isInReply = reports === 'in-reply' || (operation.kind === 'place' && outcome === 'in-reply-complete');
  const placement = eventLog.providerState.placement(operation.provider, operation.placement)!;
  const content = isInReply ? reportWriter.next(placement) : undefined;
  if (!content) return verdict;
  return {
    ...verdict,
    report: reportWriter.report(placement, content, operation.operation).report,
  } as Verdict;
}
