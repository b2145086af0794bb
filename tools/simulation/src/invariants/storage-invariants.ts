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

type PlacementState = Pick<Placement, 'state' | 'highestState'>;
type PlacementSnapshot = Pick<Placement, 'lastSequence' | 'lastReportAt'>;

const APPLIED = [
  'state',
  'reason',
  'holder',
  'holderDeadline',
  'correction',
  'stages',
  'withdrawal',
] as const;

type Reported = Pick<
  Placement,
  'requestId' | 'attempt' | 'desired' | 'lastSequence' | 'lastReportAt' | (typeof APPLIED)[number]
>;

/** Checks what the services stored, after every commit. */
export class StorageInvariants {
  private readonly states = new Map<string, PlacementState>();
  private readonly versions = new Map<string, Versioned>();
  /** The open operation of each placement. */
  private readonly openOperations = new Map<string, string>();
  /** The newest report with a state of each placement. */
  private readonly newest = new Map<string, PlacementSnapshot>();

  checkJob(utility: Utility, { requestId, placements }: Job, operations: readonly Operation[]): void {
    for (const placement of placements) {
      const name = `${requestId} ${utility} ${placement.attempt}`;
      this.checkTransition(name, placement);
      this.checkOpenOperation(
        name,
        operations.filter(({ attempt }) => attempt === placement.attempt),
      );
    }
  }

  private checkTransition(name: string, { state, highestState }: Placement): void {
    const before = this.states.get(name);
    this.states.set(name, { state, highestState });
    if (!before || before.state === state) return;
    const isAllowed = canTransition(before.state, state, before.highestState);
    assertInvariant('state-table', isAllowed, () => `${name}: ${before.state} → ${state}`);
  }

  private checkOpenOperation(name: string, operations: readonly Operation[]): void {
    const open = operations.filter(isOpen).map(({ id }) => id);
    const before = this.openOperations.get(name);
    const isDone = !before || operations.some(({ id }) => id === before);
    assertInvariant(
      'one-open-operation',
      open.length <= 1 && isDone,
      () => `${name}: ${before ?? ''} ${open.join(' ')}`,
    );
    if (open[0]) this.openOperations.set(name, open[0]);
    else this.openOperations.delete(name);
  }

  checkProgress({ requestId, jobs }: RoutedRequest): void {
    for (const { utility, attempt, progressVersion: version } of jobs)
      this.checkVersion(`routing ${requestId} ${utility}`, { attempt, version });
  }

  checkVersion(name: string, { attempt, version }: Versioned): void {
    const before = this.versions.get(name);
    this.versions.set(name, { attempt, version });
    const isHigher =
      !before || attempt > before.attempt || (attempt === before.attempt && version >= before.version);
    assertInvariant(
      'newest-kept',
      isHigher,
      () => `${name}: ${before!.attempt}.${before!.version}, then ${attempt}.${version}`,
    );
  }

  checkRefusal(
    { requestId, attempt, state }: Pick<Reported, 'requestId' | 'attempt' | 'state'>,
    before: JobState,
  ): void {
    assertInvariant(
      'refused-changes-nothing',
      state === before,
      () => `${requestId} ${attempt}: ${before} → ${state}`,
    );
  }

  /** What a report has made of a placement. */
  checkReport(before: Reported, after: Reported, report: JobReport, isTreatedAsOld: boolean): void {
    const isNewest = this.stateReported(before, report);
    assertInvariant(
      'newest-applied',
      !(isNewest && isTreatedAsOld),
      () => `${report.at} on ${before.requestId}`,
    );
    if (report.withdrawal === 'refused' && !report.state) this.checkRefusal(after, before.state);
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

  /** Records the state of a report; returns whether no newer one had a state. */
  stateReported(
    { requestId, attempt, desired }: Pick<Reported, 'requestId' | 'attempt' | 'desired'>,
    report: JobReport,
  ): boolean {
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
