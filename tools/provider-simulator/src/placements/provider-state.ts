import type { OperationKind } from '@lianban/contracts';
import type { Entry, ReportPosted, ReportWritten, OperationAccepted, Totals } from '../journal/entries.js';
import type { Verdict } from '../operations/operation.js';
import { applyReport, isFinished, newPlacement, applyOperation, type Placement } from './placement.js';

/** What is kept of every operation for good. */
export interface KnownOperation {
  provider: string;
  operation: string;
  placement: string;
  kind: OperationKind;
  digest: string;
  verdict: Verdict;
  effects: number;
}

const keyOf = (provider: string, id: string) => `${provider} ${id}`;

/** What all providers have accepted. Changes by entries alone, so that the journal restores it. */
export class ProviderState {
  readonly totals: Totals = {
    operations: 0,
    effects: 0,
    doubledEffects: 0,
    reportsSent: 0,
    reportsGivenUp: 0,
  };
  private readonly placements = new Map<string, Placement>();
  private readonly known = new Map<string, KnownOperation>();
  private readonly finished = new Set<string>();

  /** @param maxKept finished placements kept whole */
  constructor(private readonly maxKept: number) {}

  placement(provider: string, placement: string): Placement | undefined {
    return this.placements.get(keyOf(provider, placement));
  }

  /** Not one that was refused at once. */
  accepted(provider: string, id: string): Placement | undefined {
    const placement = this.placement(provider, id);
    return placement && placement.references.length > 0 ? placement : undefined;
  }

  operation(provider: string, operation: string): KnownOperation | undefined {
    return this.known.get(keyOf(provider, operation));
  }

  allPlacements(): Iterable<Placement> {
    return this.placements.values();
  }

  /** Those of which something may still come by itself. */
  *openPlacements(): Generator<Placement> {
    for (const [key, placement] of this.placements) if (!this.finished.has(key)) yield placement;
  }

  operations(): Iterable<KnownOperation> {
    return this.known.values();
  }

  *summary(): Generator<Entry> {
    yield { entry: 'totals', totals: this.totals };
    for (const known of this.known.values()) yield { entry: 'known', known };
    for (const placement of this.placements.values()) yield { entry: 'placement', placement };
  }

  apply(entry: Entry) {
    if (entry.entry === 'taken') this.accept(entry);
    else if (entry.entry === 'reported') this.report(entry);
    else if (entry.entry === 'posted') this.post(entry);
    else if (entry.entry === 'known') this.storeOperation(entry.known);
    else if (entry.entry === 'placement') this.storePlacement(entry.placement);
    else if (entry.entry === 'totals') Object.assign(this.totals, entry.totals);
  }

  private accept({ operation: received, at, digest, verdict, scenario }: OperationAccepted) {
    const { provider, operation, placement: id, kind } = received;
    const before = this.operation(provider, operation);
    if (!before) this.totals.operations++;
    const known = before ?? { provider, operation, placement: id, kind, digest, verdict, effects: 0 };
    this.storeOperation(known);
    if (verdict.outcome === 'refused' && kind !== 'place') return;
    const placement = this.accepted(provider, id) ?? this.open(newPlacement(received, scenario));
    applyOperation(placement, received, at);
    if (verdict.outcome === 'taken') this.count(known, placement, verdict.reference);
    else if (placement.references.length === 0) placement.state = 'refused';
    this.markFinished(placement);
  }

  private count(known: KnownOperation, placement: Placement, reference: string) {
    const isDoubled = known.effects > 0 || (known.kind === 'place' && placement.references.length > 0);
    known.effects++;
    this.totals.effects++;
    if (isDoubled) this.totals.doubledEffects++;
    if (known.kind === 'place') placement.references.push(reference);
  }

  private report({ provider, placement: id, pendingReport, inReplyTo, isOld }: ReportWritten) {
    const placement = this.placement(provider, id);
    if (!placement) return;
    if (!isOld) applyReport(placement, pendingReport.report);
    const verdict = inReplyTo && this.operation(provider, inReplyTo)?.verdict;
    if (verdict && verdict.outcome === 'taken') verdict.report = pendingReport.report;
    else placement.pendingReports.push(pendingReport);
    this.markFinished(placement);
  }

  private post({ provider, placement: id, pendingReport, outcome }: ReportPosted) {
    if (outcome === 'received') this.totals.reportsSent++;
    if (outcome === 'given-up') this.totals.reportsGivenUp++;
    const placement = this.placement(provider, id);
    if (!placement) return;
    placement.pendingReports = placement.pendingReports.filter(
      ({ id: waiting }) => waiting !== pendingReport,
    );
    this.markFinished(placement);
  }

  private storeOperation(known: KnownOperation) {
    this.known.set(keyOf(known.provider, known.operation), known);
  }

  private storePlacement(placement: Placement) {
    this.open(placement);
    this.markFinished(placement);
  }

  private open(placement: Placement) {
    this.placements.set(keyOf(placement.provider, placement.placement), placement);
    return placement;
  }

  private markFinished(placement: Placement) {
    const key = keyOf(placement.provider, placement.placement);
    this.finished.delete(key);
    if (!isFinished(placement) || placement.pendingReports.length > 0 || placement.withdrawal === 'asked')
      return;
    this.finished.add(key);
    if (this.finished.size > this.maxKept) this.remove(this.finished.values().next().value!);
  }

  private remove(key: string) {
    this.finished.delete(key);
    this.placements.delete(key);
  }
}
