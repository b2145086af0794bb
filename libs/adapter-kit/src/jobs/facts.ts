import { isTerminal, type Fact, type Utility } from '@lianban/contracts';
import { newestOf, type Job, type Placement } from './job.js';

/** Adds what the applicant must be told of the job now, each fact once; a superseded attempt is nobody's news. */
export function recordFacts(file: Job, utility: Utility, now: Date): void {
  if (file.placements.length === 0) return;
  const placement = newestOf(file);
  const about = { at: now.toISOString(), utility, provider: placement.provider };
  const facts: (Fact | undefined)[] = [
    file.accepted ? { ...about, id: `accepted:${utility}`, kind: 'accepted' } : undefined,
    turnOfApplicant(placement, about),
    refusedWithdrawal(placement, about),
    endOfJob(placement, about),
  ];
  for (const fact of facts)
    if (fact && !file.facts.some(({ id }) => id === fact.id)) file.facts = [...file.facts, fact];
}

type About = Pick<Fact, 'at' | 'provider'> & { utility: Utility };

function turnOfApplicant(placement: Placement, about: About): Fact | undefined {
  const { state, holder, correction, since, reason, dueDate, dueDateProvisional } = placement;
  if (state !== 'waiting' && !(state === 'held' && holder === 'applicant')) return undefined;
  const details = {
    ...about,
    ...(reason && { reason }),
    ...(dueDate && { date: dueDate }),
    ...(dueDateProvisional && { provisional: true }),
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
