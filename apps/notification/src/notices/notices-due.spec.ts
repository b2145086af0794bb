import type { Fact, JobStatus, Utility } from '@lianban/contracts';
import { noticesDue } from './notices-due.js';
import { aCorrection, aJob, aWaitingJob, RequestStory } from './status.mother.js';

const CORRECTION = '0198c000-0000-4000-8000-00000000000c';
const correction = aCorrection(CORRECTION);
const story = (utilities: Utility[] = ['water', 'gas']) => new RequestStory(utilities);
const keys = (request: RequestStory): string[] => noticesDue(request.status()).map(({ key }) => key);

const REMINDER = 'reminder:water:2026-05-20';
const remind = (request: RequestStory, changes: Partial<JobStatus> = {}): RequestStory =>
  request.change(
    { ...aWaitingJob('water', correction), ...changes },
    { id: REMINDER, kind: 'reminder', date: '2026-05-20' },
  );

const refuseWithdrawal = (request: RequestStory, operation: string, changes: Partial<JobStatus> = {}) =>
  request.change(aJob('water', { withdrawal: 'refused', withdrawnByApplicant: true, ...changes }), {
    id: `withdrawal-refused:${operation}`,
    kind: 'withdrawal-refused',
    reason: 'withdrawal-too-late',
  });
const askToWithdraw = (request: RequestStory): RequestStory =>
  request.change(aJob('water', { withdrawal: 'asked', withdrawnByApplicant: true }));

const movePromises = (request: RequestStory): RequestStory =>
  request.add({
    id: 'promise-moved:2027.1',
    kind: 'promise-moved',
    moved: [
      { utility: 'water', date: '2027-01-12' },
      { utility: 'gas', date: '2027-01-13' },
    ],
  });

describe('the notices due', () => {
  it.each<[string, RequestStory, string[]]>([
    ['that the request is registered', story(), ['registered']],
    ['an acceptance', story().accept('water'), ['registered', 'accepted:water']],
    [
      'an acceptance also where the part was completed in the same status',
      story().accept('water').end('water', 'completed'),
      ['registered', 'accepted:water', 'completed:water'],
    ],
    [
      'an open correction, though nothing was accepted',
      story().ask('water', correction),
      ['registered', `correction:${CORRECTION}`],
    ],
    ['no correction that was answered', story().ask('water', correction).resume('water'), ['registered']],
    [
      'of corrections the one that took the place of another',
      story().ask('water').ask('water', correction),
      ['registered', `correction:${CORRECTION}`],
    ],
    [
      "the applicant's turn where nothing is to be corrected",
      story().hold('water', '2026-05-12T00:00:00.000Z'),
      ['registered', 'action:water:2026-05-12T00:00:00.000Z'],
    ],
    [
      'only the newest of his turns',
      story().hold('water', 'first').resume('water').hold('water', 'second'),
      ['registered', 'action:water:second'],
    ],
    [
      "nothing of somebody else's turn",
      story().change(aJob('water', { state: 'held', holder: 'authority' })),
      ['registered'],
    ],
    [
      'a reminder of the deadline that holds',
      remind(story().ask('water', correction)),
      ['registered', `correction:${CORRECTION}`, REMINDER],
    ],
    ['no reminder of another deadline', remind(story(), { holderDeadline: '2026-05-21' }), ['registered']],
    [
      'no reminder once the deadline has passed and the part is cancelled for it',
      remind(story(), { deadlineOutcome: 'auto-cancelled' }),
      ['registered'],
    ],
    ['no reminder once the stop is over', remind(story()).resume('water'), ['registered']],
    ['a refused withdrawal', refuseWithdrawal(story(), 'one'), ['registered', 'withdrawal-refused:one']],
    [
      'no refused withdrawal that was asked for again',
      askToWithdraw(refuseWithdrawal(story(), 'one')),
      ['registered'],
    ],
    [
      'the second refusal of a withdrawal that was asked for again',
      refuseWithdrawal(askToWithdraw(refuseWithdrawal(story(), 'one')), 'two'),
      ['registered', 'withdrawal-refused:two'],
    ],
    [
      'no refusal of a withdrawal that the applicant did not ask for',
      refuseWithdrawal(story(), 'one', { withdrawnByApplicant: undefined }),
      ['registered'],
    ],
    [
      'no re-route',
      story().change(aJob('water'), { id: 'rerouted:water:2', kind: 'rerouted', reason: 'not-ours' }),
      ['registered'],
    ],
    ['that promised dates have moved', movePromises(story()), ['registered', 'promise-moved:2027.1']],
    [
      'no moved dates of parts that have all ended',
      movePromises(story()).end('water', 'failed').end('gas', 'failed'),
      ['failed:water', 'failed:gas', 'ended'],
    ],
    ['a completed part', story().end('gas', 'completed'), ['registered', 'completed:gas']],
    ['a refused part', story().end('water', 'refused'), ['registered', 'refused:water']],
    ['a failed part', story().end('water', 'failed'), ['registered', 'failed:water']],
    [
      'nothing of a correction once its part has ended',
      story().ask('water', correction).end('water', 'cancelled', 'lapsed'),
      ['registered', 'cancelled:water'],
    ],
    [
      'only the end once all is completed',
      story().end('water', 'completed').end('gas', 'completed'),
      ['ended'],
    ],
    [
      'the refusal beside the end',
      story().end('water', 'refused').end('gas', 'completed'),
      ['refused:water', 'ended'],
    ],
    ['no end of a single part that was refused', story(['water']).end('water', 'refused'), ['refused:water']],
    ['the end of a single part that was completed', story(['water']).end('water', 'completed'), ['ended']],
  ])('is %s', (_, request, expected) => expect(keys(request)).toEqual(expected));

  it('has the details of the newest status: what is still open, by when and why', () => {
    const asked: Omit<Fact, 'at'> = {
      id: `correction:${CORRECTION}`,
      kind: 'correction',
      items: ['ID_CARD', 'PROPERTY_CERT'],
    };
    const request = story().change(
      { ...aWaitingJob('water', correction), holderDeadlineProvisional: true },
      asked,
    );
    expect(noticesDue(request.status())[1]).toEqual({
      key: `correction:${CORRECTION}`,
      kind: 'correction',
      at: expect.any(String),
      utility: 'water',
      provider: 'jinan-water',
      reason: 'material-missing',
      date: '2026-05-20',
      provisional: true,
      items: ['PROPERTY_CERT'],
    });
  });

  it('names of an acceptance the provider that accepted and the date promised now', () => {
    const clock = { ...aJob('water').clock, slaDate: '2026-06-01' };
    const request = story()
      .accept('water')
      .resume('water', { accepted: true, provider: 'jinan-other', clock });
    expect(noticesDue(request.status())[1]).toMatchObject({ provider: 'jinan-water', date: '2026-06-01' });
  });

  it('has a text of its own for a part that lapsed', () => {
    const request = story().end('water', 'cancelled', 'lapsed');
    expect(noticesDue(request.status()).at(-1)).toMatchObject({ key: 'cancelled:water', kind: 'lapsed' });
    const withdrawn = story().end('water', 'cancelled', 'withdrawn-by-applicant');
    expect(noticesDue(withdrawn.status()).at(-1)).toMatchObject({ kind: 'cancelled' });
  });

  it('names of moved dates those of parts that still run', () => {
    const request = movePromises(story()).end('gas', 'refused');
    expect(noticesDue(request.status())[1]!.moved).toEqual([{ utility: 'water', date: '2027-01-12' }]);
  });

  it('has the outcome that routing published', () => {
    const request = story().end('water', 'cancelled').end('gas', 'completed');
    const status = { ...request.status(), outcome: 'completed' as const };
    expect(noticesDue(status).at(-1)).toMatchObject({ kind: 'ended', outcome: 'completed' });
  });
});
