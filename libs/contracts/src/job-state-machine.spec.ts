import { highestAfter, canTransition } from './job-state-machine.js';
import { TERMINAL_STATES, JOB_STATES, type JobState } from './enums.js';

// The transition table: P placed, A accepted, I in-progress, W waiting, H held, E every end.
const FROM: Record<string, string> = { P: 'AIWHE', A: 'IWHE', I: 'WHE', W: 'HE', H: 'WE' };
const LETTER: Partial<Record<JobState, string>> = {
  placed: 'P',
  accepted: 'A',
  'in-progress': 'I',
  waiting: 'W',
  held: 'H',
};
const letterOf = (state: JobState) => LETTER[state] ?? 'E';
/** Where a stop may lead back to, by the highest that the job ever reached. */
const BACK: [JobState, string][] = [
  ['placed', 'PAI'],
  ['accepted', 'AI'],
  ['in-progress', 'I'],
];
const pairs = JOB_STATES.flatMap((from) => JOB_STATES.map((to): [JobState, JobState] => [from, to]));
const isStop = (state: JobState) => state === 'waiting' || state === 'held';

describe('the job state machine', () => {
  it.each(pairs.filter(([from]) => !isStop(from)))('from %s to %s is as in the table', (from, to) => {
    const allowed = FROM[letterOf(from)]?.includes(letterOf(to)) ?? false;
    expect(canTransition(from, to)).toBe(allowed);
  });

  const stops = pairs.filter(([from]) => isStop(from));
  const returns = BACK.flatMap(([highest, back]) =>
    stops.map(([from, to]): [JobState, JobState, JobState, string] => [from, to, highest, back]),
  );
  it.each(returns)('from %s to %s is as in the table for a job that was %s', (from, to, highest, back) => {
    const allowed = (FROM[letterOf(from)]! + back).includes(letterOf(to));
    expect(canTransition(from, to, highest)).toBe(allowed);
  });
});

describe('the highest state', () => {
  it.each([
    ['placed', 'accepted', 'accepted'],
    ['placed', 'in-progress', 'in-progress'],
    ['accepted', 'in-progress', 'in-progress'],
    ['in-progress', 'accepted', 'in-progress'],
  ] as const)('of a job that was %s and is %s is %s', (highest, to, after) => {
    expect(highestAfter(highest, to)).toBe(after);
  });

  it.each(['waiting', 'held', ...TERMINAL_STATES] as const)('is not moved by %s', (to) => {
    expect(highestAfter('placed', to)).toBe('placed');
    expect(highestAfter('accepted', to)).toBe('accepted');
  });
});
