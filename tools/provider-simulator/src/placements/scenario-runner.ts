import type { FaultSettings } from '../faults/fault-settings.js';
import type { ReportSender } from '../reports/report-sender.js';
import type { ReportWriter } from '../reports/report-writer.js';
import type { Placement } from './placement.js';

const OVERLOAD_DELAY_MS = 1_000;

/** Advances every placement, one report after another. */
export class ScenarioRunner {
  private readonly timers = new Map<Placement, NodeJS.Timeout>();
  private isOver = false;

  constructor(
    private readonly reportWriter: ReportWriter,
    private readonly reportSender: ReportSender,
    private readonly faults: FaultSettings,
  ) {}

  /** Posts what is written and schedules the next report; a withdrawal is answered at once. */
  advance(placement: Placement) {
    if (this.isOver) return;
    void this.reportSender.send(placement);
    clearTimeout(this.timers.get(placement));
    this.timers.delete(placement);
    if (this.reportWriter.next(placement)) this.timers.set(placement, this.timerFor(placement));
  }

  stop() {
    this.isOver = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private timerFor(placement: Placement) {
    const isUrgent = placement.withdrawal === 'asked';
    const stageMs = isUrgent ? 0 : this.faults.of(placement.provider).stageMs;
    return setTimeout(() => this.step(placement), this.reportSender.isFull ? OVERLOAD_DELAY_MS : stageMs);
  }

  private step(placement: Placement) {
    const content = this.reportSender.isFull ? undefined : this.reportWriter.next(placement);
    if (content) this.reportWriter.report(placement, content);
    this.advance(placement);
  }
}
