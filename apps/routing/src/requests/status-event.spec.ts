import { CORRECTION, catalogue, REGISTERED_AT, RequestStory } from './routed-request.mother.js';
import { toStatusEvent } from './status-event.js';

const held = { state: 'held', reason: 'permit', holder: 'authority', holderDeadline: '2026-05-18' } as const;
const statusOf = ({ request, now }: RequestStory) => toStatusEvent(request, now, catalogue.calendar);

function checked(story: RequestStory, date: string): RequestStory {
  story.on(date).request.enforceDeadlines(story.context);
  return story;
}

describe('the status of a request', () => {
  it('tells everything that may be said of it in public', () => {
    const story = RequestStory.placed('water', 'gas')
      .on('2026-05-13')
      .progress({ ...held, reference: 'W-1' });
    story.request.version = 4;
    expect(statusOf(story)).toEqual({
      requestId: story.request.requestId,
      version: 4,
      receiptNumber: 'LB370102-20260511-J-00001-A',
      hall: 'lixia',
      matter: 'JOINT_NEW',
      applicantMasked: '欧阳**',
      queryCodeHash: '0'.repeat(64),
      registeredAt: REGISTERED_AT,
      pendingMaterials: [],
      phase: 'under-way',
      attention: 'authority',
      nextDeadline: '2026-05-18',
      facts: [{ id: 'registered', kind: 'registered', at: REGISTERED_AT }],
      jobs: [
        {
          utility: 'water',
          provider: 'jinan-water',
          attempt: 1,
          state: 'held',
          since: REGISTERED_AT,
          reason: 'permit',
          holder: 'authority',
          holderDeadline: '2026-05-18',
          delivered: true,
          accepted: true,
          operation: { kind: 'place', delivery: 'delivered', since: REGISTERED_AT },
          reference: 'W-1',
          stages: [],
          withdrawal: 'none',
          clock: {
            running: false,
            since: story.now.toISOString(),
            slaDate: '2026-05-27',
            promisedDate: '2026-05-27',
            remainingDays: 10,
          },
        },
        {
          utility: 'gas',
          provider: 'jinan-gas',
          attempt: 1,
          state: 'placed',
          since: REGISTERED_AT,
          delivered: false,
          accepted: false,
          operation: { kind: 'place', delivery: 'pending', since: REGISTERED_AT },
          stages: [],
          withdrawal: 'none',
          clock: {
            running: true,
            since: REGISTERED_AT,
            slaDate: '2026-05-27',
            promisedDate: '2026-05-27',
            remainingDays: 10,
          },
        },
      ],
    });
  });

  it('holds no identity, whatever the dossier says', () => {
    const text = JSON.stringify(statusOf(RequestStory.placed('water', 'telecom').progress(held)));
    for (const secret of ['370102199003070016', '欧阳试样', '13800138000', '样例路'])
      expect(text).not.toContain(secret);
  });

  it('of one that ended says when and with what outcome, and has no next deadline', () => {
    expect(statusOf(RequestStory.placed().progress({ state: 'completed' }))).toMatchObject({
      phase: 'ended',
      outcome: 'completed',
      endedAt: REGISTERED_AT,
      nextDeadline: undefined,
    });
  });

  it('says what became of a deadline that passed, and no more once the job has gone on', () => {
    const story = checked(RequestStory.placed().progress(held), '2026-05-19');
    expect(statusOf(story).jobs[0]!.deadlineOutcome).toBe('escalated');
    expect(statusOf(story.progress()).jobs[0]!.deadlineOutcome).toBeUndefined();
  });

  it('keeps saying that a job was cancelled for its deadline when that has ended it', () => {
    const story = RequestStory.placed().progress({
      state: 'waiting',
      holder: 'applicant',
      holderDeadline: '2026-05-18',
    });
    checked(story, '2026-05-19').progress({ state: 'cancelled', reason: 'lapsed' });
    expect(statusOf(story).jobs[0]!.deadlineOutcome).toBe('auto-cancelled');
  });

  it('keeps the phase of what was accepted after a re-route', () => {
    const story = RequestStory.placed().progress({ state: 'accepted' });
    story.request.reroute('water', 'zibo-water', 'provider-silent', story.context);
    expect(statusOf(story)).toMatchObject({
      phase: 'under-way',
      jobs: [{ state: 'placed', accepted: true }],
    });
  });

  it('reminds the applicant of his own deadlines alone', () => {
    const reminder = (story: RequestStory) => story.request.facts.find(({ kind }) => kind === 'reminder');
    const waiting = RequestStory.placed().progress({
      ...{ state: 'waiting', holder: 'applicant', reason: 'material-missing' },
      ...{ holderDeadline: CORRECTION.deadline, correction: CORRECTION },
    });
    expect(reminder(checked(waiting, '2026-05-15'))).toMatchObject({
      id: 'reminder:water:2026-05-18',
      date: '2026-05-18',
    });
    expect(reminder(checked(RequestStory.placed().progress(held), '2026-05-15'))).toBeUndefined();
    expect(reminder(checked(RequestStory.placed(), '2026-05-26'))).toBeUndefined();
  });
});
