import { isTerminal, type OperationKind } from '@lianban/contracts';
import type {
  Entry,
  ReportPosted,
  ReportWritten,
  OperationAccepted,
  SecondCancelled,
  Totals,
} from '../journal/entries.js';
import type { Verdict } from '../operations/operation.js';
import type { Listener } from '../tmf641/listener.js';
import {
  applyReport,
  isFinished,
  newPlacement,
  applyOperation,
  secondOf,
  type Placement,
} from './placement.js';

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
  private readonly byReference = new Map<string, Placement>();
  private readonly listenersById = new Map<string, Listener>();
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

  acceptedOf(of: string): Placement[] {
    return [...this.placements.values()].filter(
      ({ provider, references }) => provider === of && references.length > 0,
    );
  }

  /** As a provider lists them for comparison: those that have not ended, or have changed at that time or later. */
  openOrChanged(of: string, since: string): Placement[] {
    return this.acceptedOf(of).filter(({ state, changedAt }) => !isTerminal(state) || changedAt >= since);
  }

  /** The placement that has this number; not one that was refused at once. */
  numbered(provider: string, reference: string): Placement | undefined {
    return this.byReference.get(keyOf(provider, reference));
  }

  /** Who asked to be called by a provider. */
  listeners(of: string): Listener[] {
    return [...this.listenersById.values()].filter(({ provider }) => provider === of);
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
    for (const listener of this.listenersById.values()) yield { entry: 'listener', listener };
  }

  apply(entry: Entry) {
    if (entry.entry === 'taken') this.accept(entry);
    else if (entry.entry === 'reported') this.report(entry);
    else if (entry.entry === 'posted') this.post(entry);
    else if (entry.entry === 'second-cancelled') this.cancelSecond(entry);
    else if (entry.entry === 'known') this.storeOperation(entry.known);
    else if (entry.entry === 'placement') this.storePlacement(entry.placement);
    else if (entry.entry === 'listener') this.listenersById.set(entry.listener.id, entry.listener);
    else if (entry.entry === 'listener-gone') this.listenersById.delete(entry.id);
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
    else if (placement.references.length === 0) refuse(placement, verdict, at);
    this.markFinished(placement);
  }

  private count(known: KnownOperation, placement: Placement, reference: string) {
    const isDoubled = known.effects > 0 || (known.kind === 'place' && placement.references.length > 0);
    known.effects++;
    this.totals.effects++;
    if (isDoubled) this.totals.doubledEffects++;
    if (known.kind !== 'place') return;
    placement.references.push(reference);
    this.byReference.set(keyOf(placement.provider, reference), placement);
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

  private cancelSecond({ provider, placement: id, entry: _, ...second }: SecondCancelled) {
    const placement = this.placement(provider, id);
    if (!placement) return;
    const { asked = 0 } = secondOf(placement, second.reference) ?? {};
    const others = placement.seconds.filter(({ reference }) => reference !== second.reference);
    placement.seconds = [...others, { ...second, asked: asked + 1 }];
    placement.changedAt = second.at;
  }

  private storeOperation(known: KnownOperation) {
    this.known.set(keyOf(known.provider, known.operation), known);
  }

  private storePlacement(placement: Placement) {
    this.open(placement);
    this.markFinished(placement);
  }

  private open(placement: Placement) {
    const { provider, references } = placement;
    this.placements.set(keyOf(provider, placement.placement), placement);
    for (const reference of references) this.byReference.set(keyOf(provider, reference), placement);
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
    const { provider, references } = this.placements.get(key)!;
    for (const reference of references) this.byReference.delete(keyOf(provider, reference));
    this.finished.delete(key);
    this.placements.delete(key);
  }
}

function refuse(
  placement: Placement,
  { reason, text }: Extract<Verdict, { outcome: 'refused' }>,
  at: string,
) {
  const { placement: name, sequence } = placement;
  placement.state = 'refused';
  placement.standing = { placement: name, reference: '', sequence, at, state: 'refused', reason, text };
}
