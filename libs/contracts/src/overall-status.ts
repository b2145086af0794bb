import { isTerminal, type Attention, type Holder, type JobState, type Outcome, type Phase } from './enums.js';

/** The properties of a job that determine its request's status. */
export interface JobStatusInput {
  state: JobState;
  /** Was the job ever delivered? A re-route does not undo it. */
  delivered: boolean;
  /** Was the job ever accepted, or did it go further? */
  accepted: boolean;
  /** Who holds a job that is `held`; the applicant holds one that is `waiting`. */
  holder?: Holder;
  /** Did the applicant withdraw this part? */
  withdrawnByApplicant?: boolean;
}

export interface OverallStatus {
  phase: Phase;
  attention: Attention;
  outcome?: Outcome;
}

const HOLDER_ORDER: Holder[] = ['hall', 'authority', 'contractor', 'provider'];

/** The status of a request, computed from its jobs. */
export function overallStatus(jobs: readonly JobStatusInput[]): OverallStatus {
  const phase = phaseOf(jobs);
  return phase === 'ended'
    ? { phase, attention: 'none', outcome: outcomeOf(jobs) }
    : { phase, attention: attentionOf(jobs) };
}

function phaseOf(jobs: readonly JobStatusInput[]): Phase {
  if (jobs.length > 0 && jobs.every(({ state }) => isTerminal(state))) return 'ended';
  if (jobs.some(wasAccepted)) return 'under-way';
  if (jobs.length > 0 && jobs.every((job) => job.delivered || isTerminal(job.state))) return 'dispatched';
  return 'registered';
}

function wasAccepted(job: JobStatusInput): boolean {
  return job.accepted || ['accepted', 'in-progress', 'completed', 'partly-completed'].includes(job.state);
}

function attentionOf(jobs: readonly JobStatusInput[]): Attention {
  if (jobs.some(({ state }) => state === 'waiting')) return 'applicant';
  const holders = jobs.filter(({ state }) => state === 'held').map(({ holder }) => holder ?? 'provider');
  if (holders.includes('applicant')) return 'applicant';
  return HOLDER_ORDER.find((holder) => holders.includes(holder)) ?? 'none';
}

function outcomeOf(jobs: readonly JobStatusInput[]): Outcome {
  const wanted = jobs.filter((job) => !(job.state === 'cancelled' && job.withdrawnByApplicant));
  const states = wanted.map(({ state }) => state);
  if (states.length === 0) return 'cancelled';
  if (states.every((state) => state === 'completed')) return 'completed';
  if (states.some((state) => state === 'completed' || state === 'partly-completed'))
    return 'partly-completed';
  return (['refused', 'failed'] as const).find((state) => states.includes(state)) ?? 'cancelled';
}
