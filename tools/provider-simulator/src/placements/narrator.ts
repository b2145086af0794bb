import { randomUUID } from 'node:crypto';
import { shanghaiDate, type Catalogue } from '@lianban/catalogue';
import type { Ledger } from '../journal/ledger.js';
import type { OrderBook } from '../orders/order-book.js';
import type { Letter, News, Report } from '../reports/report.js';
import { nextNews } from './next-news.js';
import type { Placement } from './placement.js';

/** Knows how each placement goes on, and writes it down when it does. */
export class Narrator {
  private readonly plans = new WeakMap<Placement, string[]>();

  constructor(
    private readonly ledger: Ledger,
    private readonly orders: OrderBook,
    private readonly catalogue: Catalogue,
  ) {}

  /** What the provider would report next without being told more; undefined where it has nothing to say. */
  next(placement: Placement): News | undefined {
    return nextNews(placement, {
      stages: this.stagesOf(placement),
      orders: this.orders.of(placement.provider),
      holderFor: (reason) => this.catalogue.reason(reason)?.holder,
    });
  }

  /** Writes a report down; with `inReplyTo` it is told in that operation's answer and not posted. */
  report(placement: Placement, news: News & Partial<Report>, inReplyTo?: string): Letter {
    const letter = { id: randomUUID(), report: this.written(placement, news) };
    const { provider, placement: id, sequence } = placement;
    const isOld = letter.report.sequence <= sequence;
    this.ledger.record({ entry: 'reported', provider, placement: id, letter, inReplyTo, isOld });
    return letter;
  }

  private written({ placement, references, sequence }: Placement, news: News & Partial<Report>): Report {
    const text = news.reason && this.catalogue.reason(news.reason)?.name['zh-CN'];
    const head = { placement, reference: references[0] ?? '', sequence: sequence + 1 };
    return { ...head, at: new Date().toISOString(), ...(text && { text }), ...news };
  }

  private stagesOf(placement: Placement): string[] {
    const plan = this.plans.get(placement) ?? this.plan(placement);
    this.plans.set(placement, plan);
    return plan;
  }

  private plan({ dossier, utility }: Placement): string[] {
    const day = shanghaiDate(new Date(dossier.registeredAt));
    return this.catalogue.stages(dossier.matter, utility, day).map(({ code }) => code);
  }
}
