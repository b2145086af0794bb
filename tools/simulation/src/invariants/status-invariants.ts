import {
  isTerminal,
  PHASES,
  type JobState,
  type Phase,
  type RequestStatusChanged,
  type Utility,
} from '@lianban/contracts';
import { assertInvariant } from './assert-invariant.js';

interface Seen {
  phase: Phase;
  ends: Map<Utility, JobState>;
}

/** Watches every status as an applicant would see it. */
export class StatusInvariants {
  private readonly last = new Map<string, Seen>();

  check(requestId: string, status: RequestStatusChanged | undefined): void {
    if (!status) return;
    const { phase } = status;
    const before = this.last.get(requestId) ?? { phase: 'registered', ends: new Map<Utility, JobState>() };
    const isForward = PHASES.indexOf(phase) >= PHASES.indexOf(before.phase);
    assertInvariant('never-backwards', isForward, () => `${requestId}: ${before.phase} → ${phase}`);
    for (const { utility, state } of status.jobs) {
      const ended = before.ends.get(utility);
      assertInvariant(
        'never-backwards',
        !ended || state === ended,
        () => `${requestId} ${utility}: ${ended} → ${state}`,
      );
      if (isTerminal(state)) before.ends.set(utility, state);
    }
    this.last.set(requestId, { phase, ends: before.ends });
  }
}
