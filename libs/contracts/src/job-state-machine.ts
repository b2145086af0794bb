import { isTerminal, TERMINAL_STATES, type JobState } from './enums.js';

const FORWARD: Partial<Record<JobState, JobState[]>> = {
  placed: ['accepted', 'in-progress', 'waiting', 'held', ...TERMINAL_STATES],
  accepted: ['in-progress', 'waiting', 'held', ...TERMINAL_STATES],
  'in-progress': ['waiting', 'held', ...TERMINAL_STATES],
};

/**
 * May a job go from one state to another? `furthest` is the furthest of placed, accepted and in-progress that it
 * ever reached: out of a stop it returns there, never further back. An end state ends the job.
 */
export function canTransition(from: JobState, to: JobState, furthest: JobState = from): boolean {
  if (from === to || isTerminal(from)) return false;
  if (from !== 'waiting' && from !== 'held') return FORWARD[from]!.includes(to);
  if (to === 'placed') return furthest === 'placed';
  if (to === 'accepted') return furthest !== 'in-progress';
  return true;
}

/** The furthest working state after a move to `to`: a job that completes unaccepted was still only placed before. */
export function highestAfter(furthest: JobState, to: JobState): JobState {
  if (to === 'in-progress') return 'in-progress';
  return to === 'accepted' && furthest === 'placed' ? 'accepted' : furthest;
}
