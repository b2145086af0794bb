import { isTerminal, type Fact, type Utility } from '@lianban/contracts';
import type { Job } from './job.js';
import type { Placement } from './placement.js';

/** What the applicant must be told of the job as it is now. */
export function factsOf(job: Job, now: Date): Fact[] {
  const placement = job.newest();
  const { utility } = job;
  const about = { at: now.toISOString(), utility, provider: placement.provider };
  const facts: (Fact | undefined)[] = [
    job.isAccepted() ? { ...about, id: `accepted:${utility}`, kind: 'accepted' } : undefined,
    turnOfApplicant(placement, about),
    refusedWithdrawal(placement, about),
    endOfJob(placement, about),
  ];
  return facts.filter((fact) => fact !== undefined);
}

type About = Pick<Fact, 'at' | 'provider'> & { utility: Utility };

function turnOfApplicant(placement: Placement, about: About): Fact | undefined {
  const { state, holder, correction, since, reason } = placement;
  const { holderDeadline: date, holderDeadlineProvisional: provisional } = placement;
  if (state !== 'waiting' && !(state === 'held' && holder === 'applicant')) return undefined;
  const details = {
    ...about,
    ...(reason && { reason }),
    ...(date && { date }),
    ...(provisional && { provisional }),
  };
  return correction
    ? { ...details, id: `correction:${correction.id}`, kind: 'correction', items: correction.items }
    : { ...details, id: `action:${about.utility}:${since}`, kind: 'action' };
}

function refusedWithdrawal(placement: Placement, about: About): Fact | undefined {
  const { withdrawal, refusedWithdrawal: operation, withdrawalReason: reason } = placement;
  if (withdrawal !== 'refused' || !operation) return undefined;
  return {
    ...about,
    id: `withdrawal-refused:${operation}`,
    kind: 'withdrawal-refused',
    ...(reason && { reason }),
  };
}

function endOfJob({ state, reason }: Placement, about: About): Fact | undefined {
  if (!isTerminal(state)) return undefined;
  return { ...about, id: `${state}:${about.utility}`, kind: state, ...(reason && { reason }) };
}
