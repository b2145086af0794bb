import { setTimeout as pause } from 'node:timers/promises';
import type { PostOutcome } from '../journal/entries.js';
import type { EventLog } from '../journal/event-log.js';
import type { FaultSettings } from '../faults/fault-settings.js';
import type { ReportWriter } from './report-writer.js';
import type { Placement } from '../placements/placement.js';
import type { SendReport } from './send-report.js';
import type { PendingReport } from './report.js';
import { ConcurrencyLimit } from './concurrency-limit.js';

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5_000;
const MAX_BUSY_PLACEMENTS = 20_000;

interface Dependencies {
  eventLog: EventLog;
  faults: FaultSettings;
  connections: number;
  reportWriter: ReportWriter;
  /** As the provider's dialect has it. */
  sendAs(provider: string): SendReport;
}

/** Posts each placement's reports one after another, until each is received or refused. */
export class ReportSender {
  private readonly busy = new Set<Placement>();
  private readonly closing = new AbortController();
  private readonly limit: ConcurrencyLimit;

  constructor(private readonly dependencies: Dependencies) {
    this.limit = new ConcurrencyLimit(dependencies.connections);
  }

  /** Whether so many placements have reports to post that no new ones should be written. */
  get isFull() {
    return this.busy.size >= MAX_BUSY_PLACEMENTS;
  }

  /** Sends the placement's pending reports, unless that is under way. */
  async send(placement: Placement): Promise<void> {
    if (this.busy.has(placement)) return;
    this.busy.add(placement);
    try {
      for (let next = this.next(placement); next.length > 0; next = this.next(placement))
        for (const pendingReport of next) await this.deliver(placement, pendingReport);
    } catch (error) {
      if (!this.closing.signal.aborted) throw error;
    } finally {
      this.busy.delete(placement);
    }
  }

  close() {
    this.closing.abort();
  }

  private next(placement: Placement): PendingReport[] {
    const { pendingReports, provider } = placement;
    if (this.dependencies.faults.of(provider).reports !== 'out-of-order') return pendingReports.slice(0, 1);
    const mayBePaired =
      pendingReports.length === 1 && this.dependencies.reportWriter.next(placement) !== undefined;
    return mayBePaired ? [] : pendingReports.slice(0, 2).reverse();
  }

  private async deliver(placement: Placement, pendingReport: PendingReport) {
    const { provider } = placement;
    const { reports, lateMs } = this.dependencies.faults.of(provider);
    if (reports === 'late') await this.wait(Date.parse(pendingReport.report.at) + lateMs - Date.now());
    const outcome = reports === 'never' ? 'kept-back' : await this.sendUntilSettled(placement, pendingReport);
    if (reports === 'twice' && outcome === 'received') await this.sendUntilSettled(placement, pendingReport);
    this.closing.signal.throwIfAborted();
    const entry = { provider, placement: placement.placement, pendingReport: pendingReport.id, outcome };
    this.dependencies.eventLog.record({ entry: 'posted', ...entry });
  }

  private async sendUntilSettled(placement: Placement, pendingReport: PendingReport): Promise<PostOutcome> {
    for (let backoff = FIRST_BACKOFF_MS; ; backoff = Math.min(backoff * 2, MAX_BACKOFF_MS)) {
      const result = await this.limit.use(() => this.sendOnce(placement, pendingReport));
      if (result === 'received') return 'received';
      if (result === 'refused') return 'given-up';
      if (result === 'nobody-listens') return 'kept-back';
      await this.wait(backoff);
    }
  }

  private async sendOnce(placement: Placement, pendingReport: PendingReport) {
    const { down, reports } = this.dependencies.faults.of(placement.provider);
    if (down) return 'not-received';
    const isMalformed = reports === 'wrong-schema';
    return this.dependencies.sendAs(placement.provider)(placement, pendingReport, isMalformed);
  }

  private async wait(ms: number) {
    this.closing.signal.throwIfAborted();
    if (ms > 0) await pause(ms, undefined, { signal: this.closing.signal });
  }
}
