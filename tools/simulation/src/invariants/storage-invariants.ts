import {
  isOpen,
  type Job,
  type JobReport,
  type Operation,
  type Placement,
} from '@lianban/adapter-kit/domain';
import { isTerminal, canTransition, type JobState, type Utility } from '@lianban/contracts';
import type { RoutedRequest } from '@lianban/routing/domain';
import type { Versioned } from '../implementations.js';
import { assertInvariant } from './assert-invariant.js';

type Standing = Pick<Placement, 'state' | 'highestState'>;
type PlacementSnapshot = Pick<Placement, 'lastSequence' | 'lastReportAt'>;

const APPLIED = ['state', 'reason', 'holder', 'dueDate', 'correction', 'stages', 'withdrawal'] as const;

/** Watches what the services keep, each time they have committed. */
export class StorageInvariants {
  private readonly standings = new Map<string, Standing>();
  private readonly kept = new Map<string, Versioned>();
  /** The operation in hand of each placement. */
  private readonly inHand = new Map<string, string>();
  /** The newest report about each placement that told a state. */
  private readonly newest = new Map<string, PlacementSnapshot>();

  keepJob(utility: Utility, { requestId, placements }: Job, operations: readonly Operation[]): void {
    for (const placement of placements) {
      const name = `${requestId} ${utility} ${placement.attempt}`;
      this.move(name, placement);
      this.openOperation(
        name,
        operations.filter(({ attempt }) => attempt === placement.attempt),
      );
    }
  }

  private move(name: string, { state, highestState }: Placement): void {
    const before = this.standings.get(name);
    this.standings.set(name, { state, highestState });
    if (!before || before.state === state) return;
    const isAllowed = canTransition(before.state, state, before.highestState);
    assertInvariant('state-table', isAllowed, () => `${name}: ${before.state} → ${state}`);
  }

  private openOperation(name: string, operations: readonly Operation[]): void {
    const open = operations.filter(isOpen).map(({ id }) => id);
    const before = this.inHand.get(name);
    const isDone = !before || operations.some(({ id }) => id === before);
    assertInvariant(
      'one-in-hand',
      open.length <= 1 && isDone,
      () => `${name}: ${before ?? ''} ${open.join(' ')}`,
    );
    if (open[0]) this.inHand.set(name, open[0]);
    else this.inHand.delete(name);
  }

  keepProgress({ requestId, jobs }: RoutedRequest): void {
    for (const { utility, attempt, progressVersion: version } of jobs)
      this.keepVersion(`routing ${requestId} ${utility}`, { attempt, version });
  }

  keepVersion(name: string, { attempt, version }: Versioned): void {
    const before = this.kept.get(name);
    this.kept.set(name, { attempt, version });
    const isHigher =
      !before || attempt > before.attempt || (attempt === before.attempt && version >= before.version);
    assertInvariant(
      'newest-kept',
      isHigher,
      () => `${name}: ${before!.attempt}.${before!.version}, then ${attempt}.${version}`,
    );
  }

  refusalChanged({ requestId, attempt, state }: Placement, before: JobState): void {
    assertInvariant(
      'refused-changes-nothing',
      state === before,
      () => `${requestId} ${attempt}: ${before} → ${state}`,
    );
  }

  /** What a report has made of a placement. */
  reportTaken(before: Placement, after: Placement, report: JobReport, isTreatedAsOld: boolean): void {
    const isNewest = this.stateReported(before, report);
    assertInvariant(
      'newest-heard',
      !(isNewest && isTreatedAsOld),
      () => `${report.at} on ${before.requestId}`,
    );
    if (report.withdrawal === 'refused' && !report.state) this.refusalChanged(after, before.state);
    const changed = APPLIED.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
    const isEndNow = isTerminal(after.state) && !isTerminal(before.state);
    const isAnswer = report.withdrawal === 'refused' && changed.join() === 'withdrawal';
    assertInvariant(
      'older-not-applied',
      changed.length === 0 || !isOlder(before, report) || isEndNow || isAnswer,
      () => `${report.at} on ${before.requestId}`,
    );
    if (isTerminal(before.state))
      assertInvariant(
        'state-table',
        after.state === before.state,
        () => `${before.requestId}: ${before.state} → ${after.state}`,
      );
  }

  /** Notes what a report tells of the state; answers whether it is the newest that does. */
  stateReported({ requestId, attempt, desired }: Placement, report: JobReport): boolean {
    if (!report.state && report.withdrawal !== 'agreed') return false;
    const name = `${requestId} ${desired.provider} ${attempt}`;
    const newest = this.newest.get(name);
    if (newest && isOlder(newest, report)) return false;
    this.newest.set(name, { lastSequence: report.sequence ?? null, lastReportAt: report.at });
    return true;
  }
}

function isOlder({ lastSequence, lastReportAt }: PlacementSnapshot, { sequence, at }: JobReport): boolean {
  if (sequence !== undefined && lastSequence !== null) return sequence <= lastSequence;
  return lastReportAt !== null && at < lastReportAt;
}
