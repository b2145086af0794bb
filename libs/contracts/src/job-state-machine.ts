import { isTerminal, TERMINAL_STATES, type JobState } from './enums.js';

const FORWARD: Partial<Record<JobState, JobState[]>> = {
  placed: ['accepted', 'in-progress', 'waiting', 'held', ...TERMINAL_STATES],
  accepted: ['in-progress', 'waiting', 'held', ...TERMINAL_STATES],
  'in-progress': ['waiting', 'held', ...TERMINAL_STATES],
};

/**
 * May a job go from one state to another? `highest` is the highest of placed, accepted and in-progress that it ever reached;
 * it returns from `waiting` or `held` to that state or a higher one. An end state is final.
 */
export function canTransition(from: JobState, to: JobState, highest: JobState = from): boolean {
  if (from === to || isTerminal(from)) return false;
  if (from !== 'waiting' && from !== 'held') return FORWARD[from]!.includes(to);
  if (to === 'placed') return highest === 'placed';
  if (to === 'accepted') return highest !== 'in-progress';
  return true;
}

/** The highest working state after a transition to `to`. */
export function highestAfter(highest: JobState, to: JobState): JobState {
  if (to === 'in-progress') return 'in-progress';
  return to === 'accepted' && highest === 'placed' ? 'accepted' : highest;
}
