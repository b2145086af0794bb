import type { OperationKind } from '@lianban/contracts';
import type { Entry, Posted, Reported, Taken, Totals } from '../journal/entries.js';
import type { Verdict } from '../operations/operation.js';
import { advance, isOver, newPlacement, tell, type Placement } from './placement.js';

/** What is never forgotten of an operation. */
export interface Known {
  provider: string;
  operation: string;
  placement: string;
  kind: OperationKind;
  digest: string;
  verdict: Verdict;
  effects: number;
}

const keyOf = (provider: string, id: string) => `${provider} ${id}`;

/** What all providers have in their books. Changes by entries alone, so that the journal brings it all back. */
export class Books {
  readonly totals: Totals = {
    operations: 0,
    effects: 0,
    doubledEffects: 0,
    reportsSent: 0,
    reportsGivenUp: 0,
  };
  private readonly placements = new Map<string, Placement>();
  private readonly known = new Map<string, Known>();
  private readonly finished = new Set<string>();

  /** @param keep finished placements kept whole */
  constructor(private readonly keep: number) {}

  placement(provider: string, placement: string): Placement | undefined {
    return this.placements.get(keyOf(provider, placement));
  }

  /** Not one that was refused at once. */
  taken(provider: string, id: string): Placement | undefined {
    const placement = this.placement(provider, id);
    return placement && placement.references.length > 0 ? placement : undefined;
  }

  operation(provider: string, operation: string): Known | undefined {
    return this.known.get(keyOf(provider, operation));
  }

  allPlacements(): Iterable<Placement> {
    return this.placements.values();
  }

  /** Those of which something may still come by itself. */
  *openPlacements(): Generator<Placement> {
    for (const [key, placement] of this.placements) if (!this.finished.has(key)) yield placement;
  }

  operations(): Iterable<Known> {
    return this.known.values();
  }

  *summary(): Generator<Entry> {
    yield { entry: 'totals', totals: this.totals };
    for (const known of this.known.values()) yield { entry: 'known', known };
    for (const placement of this.placements.values()) yield { entry: 'placement', placement };
  }

  apply(entry: Entry) {
    if (entry.entry === 'taken') this.take(entry);
    else if (entry.entry === 'reported') this.report(entry);
    else if (entry.entry === 'posted') this.post(entry);
    else if (entry.entry === 'known') this.remember(entry.known);
    else if (entry.entry === 'placement') this.keepPlacement(entry.placement);
    else if (entry.entry === 'totals') Object.assign(this.totals, entry.totals);
  }

  private take({ operation: told, at, digest, verdict, script }: Taken) {
    const { provider, operation, placement: id, kind } = told;
    const before = this.operation(provider, operation);
    if (!before) this.totals.operations++;
    const known = before ?? { provider, operation, placement: id, kind, digest, verdict, effects: 0 };
    this.remember(known);
    if (verdict.outcome === 'refused' && kind !== 'place') return;
    const placement = this.taken(provider, id) ?? this.open(newPlacement(told, script));
    tell(placement, told, at);
    if (verdict.outcome === 'taken') this.count(known, placement, verdict.reference);
    else if (placement.references.length === 0) placement.state = 'refused';
    this.retire(placement);
  }

  private count(known: Known, placement: Placement, reference: string) {
    const isDoubled = known.effects > 0 || (known.kind === 'place' && placement.references.length > 0);
    known.effects++;
    this.totals.effects++;
    if (isDoubled) this.totals.doubledEffects++;
    if (known.kind === 'place') placement.references.push(reference);
  }

  private report({ provider, placement: id, letter, inReplyTo, isOld }: Reported) {
    const placement = this.placement(provider, id);
    if (!placement) return;
    if (!isOld) advance(placement, letter.report);
    const verdict = inReplyTo && this.operation(provider, inReplyTo)?.verdict;
    if (verdict && verdict.outcome === 'taken') verdict.report = letter.report;
    else placement.letters.push(letter);
    this.retire(placement);
  }

  private post({ provider, placement: id, letter, fate }: Posted) {
    if (fate === 'received') this.totals.reportsSent++;
    if (fate === 'given-up') this.totals.reportsGivenUp++;
    const placement = this.placement(provider, id);
    if (!placement) return;
    placement.letters = placement.letters.filter(({ id: waiting }) => waiting !== letter);
    this.retire(placement);
  }

  private remember(known: Known) {
    this.known.set(keyOf(known.provider, known.operation), known);
  }

  private keepPlacement(placement: Placement) {
    this.open(placement);
    this.retire(placement);
  }

  private open(placement: Placement) {
    this.placements.set(keyOf(placement.provider, placement.placement), placement);
    return placement;
  }

  private retire(placement: Placement) {
    const key = keyOf(placement.provider, placement.placement);
    this.finished.delete(key);
    if (!isOver(placement) || placement.letters.length > 0 || placement.withdrawal === 'asked') return;
    this.finished.add(key);
    if (this.finished.size > this.keep) this.forget(this.finished.values().next().value!);
  }

  private forget(key: string) {
    this.finished.delete(key);
    this.placements.delete(key);
  }
}
