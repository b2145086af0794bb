import fc from 'fast-check';
import { overallStatus, type JobStatusInput } from './overall-status.js';
import { highestAfter, canTransition } from './job-state-machine.js';
import {
  TERMINAL_STATES,
  HOLDERS,
  isTerminal,
  JOB_STATES,
  PHASES,
  type JobState,
  type Phase,
} from './enums.js';

const job = (state: JobState, changes: Partial<JobStatusInput> = {}): JobStatusInput => ({
  state,
  delivered: true,
  accepted: ['accepted', 'in-progress', 'completed', 'partly-completed'].includes(state),
  ...changes,
});
const pairs = JOB_STATES.flatMap((a) => JOB_STATES.map((b): [JobState, JobState] => [a, b]));

// Two delivered jobs, by states: u under way or further, d delivered and no more, and the ends c p r f x.
const KIND: Record<JobState, string> = {
  placed: 'd',
  waiting: 'd',
  held: 'd',
  accepted: 'u',
  'in-progress': 'u',
  completed: 'c',
  'partly-completed': 'p',
  refused: 'r',
  failed: 'f',
  cancelled: 'x',
};
const PHASE_OF = new Map<string, Phase>(
  'd:dispatched u:under-way c:under-way p:under-way r:dispatched f:dispatched x:dispatched'
    .split(' ')
    .map((entry) => entry.split(':') as [string, Phase]),
);
const OUTCOME_OF: Record<string, string> = {
  cc: 'completed',
  ff: 'failed',
  xx: 'cancelled',
  rr: 'refused',
  fr: 'refused',
  rx: 'refused',
  fx: 'failed',
};

describe('the status of two jobs', () => {
  it.each(pairs)('%s and %s', (a, b) => {
    const kinds = [KIND[a], KIND[b]].toSorted().join('');
    const status = overallStatus([job(a), job(b)]);
    expect(overallStatus([job(b), job(a)])).toEqual(status);
    if (isTerminal(a) && isTerminal(b)) {
      const outcome = OUTCOME_OF[kinds] ?? 'partly-completed';
      return expect(status).toEqual({ phase: 'ended', attention: 'none', outcome });
    }
    const phases = [...kinds].map((kind) => PHASE_OF.get(kind)!);
    const phase = phases.includes('under-way') ? 'under-way' : 'dispatched';
    const attention = [a, b].includes('waiting')
      ? 'applicant'
      : [a, b].includes('held')
        ? 'provider'
        : 'none';
    return expect(status).toEqual({ phase, attention });
  });
});

describe('the phase', () => {
  it('is registered until every job was delivered once', () => {
    expect(overallStatus([job('placed'), job('placed', { delivered: false })]).phase).toBe('registered');
    expect(overallStatus([]).phase).toBe('registered');
  });

  it('counts a job that ended undelivered as dispatched', () => {
    expect(overallStatus([job('placed'), job('cancelled', { delivered: false })]).phase).toBe('dispatched');
  });

  it('is under way when any job was accepted, dispatched or not', () => {
    const jobs = [job('accepted'), job('placed', { delivered: false })];
    expect(overallStatus(jobs).phase).toBe('under-way');
  });

  it('does not fall back when an accepted job is given to another provider', () => {
    expect(overallStatus([job('placed', { accepted: true })]).phase).toBe('under-way');
  });
});

describe('attention', () => {
  it.each(HOLDERS)('is that of the holder of a job that is held: %s', (holder) => {
    expect(overallStatus([job('held', { holder }), job('accepted')]).attention).toBe(holder);
  });

  it('is for the applicant before anyone else', () => {
    expect(overallStatus([job('held', { holder: 'hall' }), job('waiting')]).attention).toBe('applicant');
  });
});

describe('the outcome', () => {
  it('is not spoiled by a part that the applicant withdrew himself', () => {
    const withdrawn = job('cancelled', { withdrawnByApplicant: true });
    expect(overallStatus([job('completed'), withdrawn]).outcome).toBe('completed');
    expect(overallStatus([job('refused'), withdrawn]).outcome).toBe('refused');
    expect(overallStatus([withdrawn, withdrawn]).outcome).toBe('cancelled');
  });
});

interface Life extends JobStatusInput {
  furthest: JobState;
}

const step = fc.record({
  which: fc.nat(4),
  to: fc.constantFrom(...JOB_STATES, 'delivered', 'rerouted' as const),
});
const fresh = (): Life => ({ state: 'placed', furthest: 'placed', delivered: false, accepted: false });

/** A legal step of one job, or none. */
function live(life: Life, to: JobState | 'delivered' | 'rerouted'): Life {
  if (to === 'delivered') return { ...life, delivered: true };
  if (to === 'rerouted')
    return isTerminal(life.state) ? life : { ...life, state: 'placed', furthest: 'placed' };
  if (!canTransition(life.state, to, life.furthest)) return life;
  const furthest = highestAfter(life.furthest, to);
  const accepted = life.accepted || furthest !== 'placed' || to === 'completed' || to === 'partly-completed';
  return { ...life, state: to, furthest, accepted };
}

describe('five jobs, whatever happens to them', () => {
  const histories = fc.array(step, { maxLength: 40 });
  const tellingOf = (steps: { which: number; to: Parameters<typeof live>[1] }[]) => {
    const tellings = [Array.from({ length: 5 }, fresh)];
    for (const { which, to } of steps)
      tellings.push(tellings.at(-1)!.map((life, at) => (at === which ? live(life, to) : life)));
    return tellings;
  };

  it('never go back in phase', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const ranks = tellingOf(steps).map((jobs) => PHASES.indexOf(overallStatus(jobs).phase));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      }),
    );
  });

  it('have an outcome when all have ended and only then, and attention only before', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        for (const jobs of tellingOf(steps)) {
          const { phase, attention, outcome } = overallStatus(jobs);
          const isOver = jobs.every(({ state }) => isTerminal(state));
          expect([phase === 'ended', outcome !== undefined]).toEqual([isOver, isOver]);
          if (isOver) expect(attention).toBe('none');
          else expect(attention === 'applicant').toBe(jobs.some(({ state }) => state === 'waiting'));
        }
      }),
    );
  });

  it('end in an outcome that one of them has, or in part', () => {
    const ends = fc.array(fc.constantFrom(...TERMINAL_STATES), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(ends, (states) => {
        const { outcome } = overallStatus(states.map((state) => job(state)));
        expect([...states, 'partly-completed']).toContain(outcome);
        expect(outcome === 'completed').toBe(states.every((state) => state === 'completed'));
      }),
    );
  });
});
