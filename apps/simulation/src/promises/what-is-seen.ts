import { isTerminal, PHASES, type JobState, type Phase, type Utility } from '@lianban/contracts';
import { jobsOf, overallOf, type Snapshots } from '@lianban/tracking/pure';
import { hold } from './broken.js';

interface Seen {
  phase: Phase;
  ends: Map<Utility, JobState>;
}

/** Watches every status as an applicant would see it. */
export class WhatIsSeen {
  private readonly last = new Map<string, Seen>();

  look(requestId: string, snapshots: Snapshots | undefined): void {
    if (!snapshots) return;
    const { phase } = overallOf(snapshots);
    const before = this.last.get(requestId) ?? { phase: 'registered', ends: new Map<Utility, JobState>() };
    const isForward = PHASES.indexOf(phase) >= PHASES.indexOf(before.phase);
    hold('never-backwards', isForward, () => `${requestId}: ${before.phase} → ${phase}`);
    for (const { part, progress } of jobsOf(snapshots)) {
      const [state, ended] = [progress?.state ?? 'placed', before.ends.get(part.utility)];
      hold(
        'never-backwards',
        !ended || state === ended,
        () => `${requestId} ${part.utility}: ${ended} → ${state}`,
      );
      if (isTerminal(state)) before.ends.set(part.utility, state);
    }
    this.last.set(requestId, { phase, ends: before.ends });
  }
}
