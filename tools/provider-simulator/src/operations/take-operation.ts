import type { Catalogue } from '@lianban/catalogue';
import type { Ledger } from '../journal/ledger.js';
import type { OrderBook } from '../orders/order-book.js';
import type { Placement } from '../placements/placement.js';
import type { Narrator } from '../placements/narrator.js';
import type { Operation, Verdict } from './operation.js';

export interface Desk {
  ledger: Ledger;
  orders: OrderBook;
  narrator: Narrator;
  catalogue: Catalogue;
}

/** Decides on an operation and writes it down. @param digest tells two bodies apart */
export function takeOperation(desk: Desk, operation: Operation, digest: string): Verdict | 'other-body' {
  const { ledger, orders } = desk;
  const { dedupe, outcome, reason, items } = orders.of(operation.provider);
  const known = ledger.books.operation(operation.provider, operation.operation);
  if (known && dedupe) return known.digest === digest ? known.verdict : 'other-body';
  const script = { outcome, reason, items };
  const placement = ledger.books.taken(operation.provider, operation.placement);
  const verdict = judge(desk, operation, placement);
  ledger.record({ entry: 'taken', at: new Date().toISOString(), operation, digest, verdict, script });
  return verdict.outcome === 'taken' ? withReport(desk, operation, verdict) : verdict;
}

function judge(desk: Desk, { kind, provider }: Operation, placement?: Placement): Verdict {
  const { outcome, reason = 'not-covered' } = desk.orders.of(provider);
  if (kind === 'place' && outcome === 'refuse') return refusal(desk, reason);
  if (kind === 'place') return { outcome: 'taken', reference: newReference(desk, provider) };
  if (!placement) return refusal(desk, 'withdrawal-too-late');
  return { outcome: 'taken', reference: placement.references[0] ?? '' };
}

const refusal = ({ catalogue }: Desk, reason: string): Verdict => ({
  outcome: 'refused',
  reason,
  text: catalogue.reason(reason)?.name['zh-CN'] ?? reason,
});

const newReference = ({ ledger }: Desk, provider: string) =>
  `${provider}-${String(ledger.books.totals.effects + 1).padStart(8, '0')}`;

function withReport({ ledger, orders, narrator }: Desk, operation: Operation, verdict: Verdict): Verdict {
  const { reports, outcome } = orders.of(operation.provider);
  const isToldNow = reports === 'in-reply' || (operation.kind === 'place' && outcome === 'in-reply-complete');
  const placement = ledger.books.placement(operation.provider, operation.placement)!;
  const news = isToldNow ? narrator.next(placement) : undefined;
  if (!news) return verdict;
  return { ...verdict, report: narrator.report(placement, news, operation.operation).report } as Verdict;
}
