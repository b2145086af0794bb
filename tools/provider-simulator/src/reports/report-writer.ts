import { randomUUID } from 'node:crypto';
import { shanghaiDate, type Catalogue } from '@lianban/catalogue';
import type { EventLog } from '../journal/event-log.js';
import type { FaultSettings } from '../faults/fault-settings.js';
import type { PendingReport, ReportContent, Report } from './report.js';
import { nextReport } from '../placements/next-report.js';
import type { Placement } from '../placements/placement.js';

/** Decides the next report of each placement and records it. */
export class ReportWriter {
  private readonly stages = new WeakMap<Placement, string[]>();

  constructor(
    private readonly eventLog: EventLog,
    private readonly faults: FaultSettings,
    private readonly catalogue: Catalogue,
  ) {}

  /** What the provider would report next by itself; undefined where there is nothing. */
  next(placement: Placement): ReportContent | undefined {
    return nextReport(placement, {
      stages: this.stagesOf(placement),
      faults: this.faults.of(placement.provider),
      holderFor: (reason) => this.catalogue.reason(reason)?.holder,
    });
  }

  /** Records a report; with `inReplyTo` that operation's answer carries it and it is not posted. */
  report(placement: Placement, content: ReportContent & Partial<Report>, inReplyTo?: string): PendingReport {
    const pendingReport = { id: randomUUID(), report: this.toReport(placement, content) };
    const { provider, placement: id, sequence } = placement;
    const isOld = pendingReport.report.sequence <= sequence;
    this.eventLog.record({ entry: 'reported', provider, placement: id, pendingReport, inReplyTo, isOld });
    return pendingReport;
  }

  private toReport(
    { placement, references, sequence }: Placement,
    content: ReportContent & Partial<Report>,
  ): Report {
    const text = content.reason && this.catalogue.reason(content.reason)?.name['zh-CN'];
    const head = { placement, reference: references[0] ?? '', sequence: sequence + 1 };
    return { ...head, at: new Date().toISOString(), ...(text && { text }), ...content };
  }

  private stagesOf(placement: Placement): string[] {
    const findStages = this.stages.get(placement) ?? this.findStages(placement);
    this.stages.set(placement, findStages);
    return findStages;
  }

  private findStages({ dossier, utility }: Placement): string[] {
    const day = shanghaiDate(new Date(dossier.registeredAt));
    return this.catalogue.stages(dossier.matter, utility, day).map(({ code }) => code);
  }
}
