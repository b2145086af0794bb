import { DecisionMade, JobProgressed, RequestChanged, type Utility } from '@lianban/contracts';
import { aCorrection, aDecisionOn, aProgress, aRequestOf } from '../requests/known-request.mother.js';
import { knowDecision, knowProgress, knowRequest, type KnownRequest } from '../requests/known-request.js';
import { changeOf, newsOf } from './news.js';

const ID = '0198c000-0000-4000-8000-000000000001';
const CORRECTION = '0198c000-0000-4000-8000-00000000000c';
type Said = RequestChanged | JobProgressed | DecisionMade;

const nothing: KnownRequest = { requestId: ID, request: null, jobs: {}, decision: null };

const take = (known: KnownRequest, event: Said): KnownRequest => {
  if (event instanceof RequestChanged) return knowRequest(known, event);
  return event instanceof JobProgressed ? knowProgress(known, event) : knowDecision(known, event);
};
const after = (...events: Said[]): KnownRequest => events.reduce(take, nothing);
const keys = (known: KnownRequest): string[] => newsOf(known).map(({ key }) => key);

const request = (utilities: Utility[] = ['water', 'gas'], withdrawn: Utility[] = [], version = 1) =>
  aRequestOf(utilities, { requestId: ID, version }, withdrawn);
const water = (changes: Partial<JobProgressed>) => aProgress(ID, 'water', { version: 2, ...changes });
const waiting = {
  state: 'waiting',
  dueDate: '2026-05-20',
  reason: 'material-missing',
  holder: 'applicant',
} as const;
const correction = aCorrection(CORRECTION);
const reminded = (changes = {}) =>
  aDecisionOn(ID, { water: { state: 'waiting', remindedFor: '2026-05-20', correction, ...changes } });
const gasDone = aProgress(ID, 'gas', { state: 'completed', accepted: true });
const endedWith = (waterState: 'completed' | 'refused', utilities: Utility[] = ['water', 'gas']) =>
  aDecisionOn(
    ID,
    Object.fromEntries(
      utilities.map((each) => [each, { state: each === 'water' ? waterState : 'completed' }]),
    ),
    { endedAt: '2026-05-20T02:00:00.000Z' },
  );

describe('what is worth telling', () => {
  it.each<[string, Said[], string[]]>([
    ['nothing before the request is known', [water({ state: 'accepted', accepted: true })], []],
    ['that it is registered', [request()], ['registered']],
    ['no acceptance of what was only placed', [request(), water({})], ['registered']],
    [
      'an acceptance',
      [request(), water({ state: 'accepted', accepted: true })],
      ['registered', 'accepted:water'],
    ],
    [
      'a correction, though nothing was accepted',
      [request(), water({ ...waiting, correction })],
      ['registered', `correction:${CORRECTION}`],
    ],
    [
      "the applicant's turn where nothing is to be corrected",
      [request(), water({ state: 'held', holder: 'applicant', since: '2026-05-12T00:00:00.000Z' })],
      ['registered', 'action:water:2026-05-12T00:00:00.000Z'],
    ],
    [
      "nothing of somebody else's turn",
      [request(), water({ state: 'held', holder: 'authority' })],
      ['registered'],
    ],
    [
      'a reminder of the due date that holds',
      [request(), water({ ...waiting, correction }), reminded()],
      ['registered', `correction:${CORRECTION}`, 'reminder:water:2026-05-20'],
    ],
    [
      'no reminder of another date',
      [request(), water({ ...waiting, correction }), reminded({ remindedFor: '2026-05-19' })],
      ['registered', `correction:${CORRECTION}`],
    ],
    [
      'no reminder of an earlier correction',
      [request(), water({ ...waiting, correction }), reminded({ correction: aCorrection() })],
      ['registered', `correction:${CORRECTION}`],
    ],
    [
      'no reminder of an attempt before',
      [request(), water({ ...waiting, correction, attempt: 2 }), reminded()],
      ['registered', `correction:${CORRECTION}`],
    ],
    [
      'no reminder once it has lapsed',
      [request(), water({ ...waiting, correction }), reminded({ lapsed: 'withdrawn' })],
      ['registered', `correction:${CORRECTION}`],
    ],
    [
      'no reminder once it was answered',
      [request(), water({ state: 'in-progress' }), reminded()],
      ['registered'],
    ],
    [
      'a refused withdrawal, of the version that refused it',
      [
        request(undefined, ['water']),
        water({ withdrawal: 'refused', version: 3 }),
        water({ withdrawal: 'refused', version: 4 }),
      ],
      ['registered', 'withdrawal-refused:water:3'],
    ],
    [
      'a second refusal of a second withdrawal',
      [
        request(undefined, ['water']),
        water({ withdrawal: 'refused', version: 3 }),
        water({ withdrawal: 'asked', version: 4 }),
        water({ withdrawal: 'refused', version: 5 }),
      ],
      ['registered', 'withdrawal-refused:water:5'],
    ],
    [
      'no refusal of a withdrawal that the applicant did not ask for',
      [request(), water({ withdrawal: 'refused' })],
      ['registered'],
    ],
    ['a completed part', [request(), gasDone], ['registered', 'completed:gas']],
    ['a refusal', [request(), water({ state: 'refused' })], ['registered', 'refused:water']],
    ['a failure', [request(), water({ state: 'failed' })], ['registered', 'failed:water']],
    ['a lapse', [request(), water({ state: 'cancelled', reason: 'lapsed' })], ['registered', 'lapsed:water']],
    [
      'a cancellation',
      [request(), water({ state: 'cancelled', reason: 'withdrawn-by-applicant' })],
      ['registered', 'cancelled:water'],
    ],
    [
      'only the end once all is completed',
      [request(), water({ state: 'completed' }), gasDone, endedWith('completed')],
      ['ended'],
    ],
    [
      'the refusal beside the end',
      [request(), water({ state: 'refused' }), gasDone, endedWith('refused')],
      ['refused:water', 'ended'],
    ],
    [
      'no end of a single part that was refused',
      [request(['water']), water({ state: 'refused' }), endedWith('refused', ['water'])],
      ['refused:water'],
    ],
    [
      'the end of a single part that was completed',
      [request(['water']), water({ state: 'completed' }), endedWith('completed', ['water'])],
      ['ended'],
    ],
  ])('is %s', (_, events, expected) => expect(keys(after(...events))).toEqual(expected));

  it('is with the words it needs', () => {
    const known = after(request(), water({ ...waiting, correction }));
    expect(newsOf(known)[1]).toEqual({
      key: `correction:${CORRECTION}`,
      event: 'correction',
      utility: 'water',
      provider: 'jinan-water',
      reason: 'material-missing',
      date: '2026-05-20',
      items: ['PROPERTY_CERT'],
    });
  });

  it('ends completed where the applicant withdrew the rest himself', () => {
    const jobs = {
      water: { state: 'cancelled', withdrawnByApplicant: true },
      gas: { state: 'completed' },
    } as const;
    const end = aDecisionOn(ID, jobs, { endedAt: '2026-05-20T02:00:00.000Z' });
    expect(newsOf(after(request(), end)).at(-1)).toMatchObject({ event: 'ended', outcome: 'completed' });
  });
});

describe('what is known', () => {
  it.each<[string, Said[], Said]>([
    ['an older request', [request(['water'], [], 2)], request()],
    ['an older progress', [water({ version: 5 })], water({ state: 'refused', version: 4 })],
    [
      'a superseded attempt',
      [water({ attempt: 2, version: 3 })],
      water({ attempt: 1, version: 9, state: 'failed' }),
    ],
    ['the same decision', [reminded()], aDecisionOn(ID, {}, { endedAt: '2026-05-20T02:00:00.000Z' })],
  ])('is not changed by %s', (_, events, late) => {
    const known = after(...events);
    expect(take(known, late)).toBe(known);
  });
});

describe('a change', () => {
  it('has only what was not true before', () => {
    const before = after(request());
    const change = changeOf(before, take(before, water({ state: 'accepted', accepted: true })));
    expect(change.news.map(({ key }) => key)).toEqual(['accepted:water']);
    expect(change.overtaken).toEqual([]);
  });

  it('overtakes a correction that was answered', () => {
    const before = after(request(), water({ ...waiting, correction }));
    const change = changeOf(before, take(before, water({ state: 'in-progress', version: 3 })));
    expect(change).toMatchObject({ news: [], overtaken: [`correction:${CORRECTION}`] });
  });

  it('overtakes what was told of a part that has ended since', () => {
    const before = after(request(), water({ state: 'accepted', accepted: true }));
    const change = changeOf(before, take(before, water({ state: 'refused', accepted: true, version: 3 })));
    expect([change.news.map(({ key }) => key), change.overtaken]).toEqual([
      ['refused:water'],
      ['accepted:water'],
    ]);
  });
});

describe('an acceptance', () => {
  const accepted = { state: 'accepted', accepted: true } as const;
  const gas = (changes: Partial<JobProgressed>) => aProgress(ID, 'gas', { version: 2, ...changes });
  const change = (said: Said[], fresh: Said) => changeOf(after(...said), take(after(...said), fresh));

  it.each<[string, Said[], Said, { gathers: boolean; hurries: boolean }]>([
    ['waits for that of another part', [request()], water(accepted), { gathers: true, hurries: false }],
    [
      'waits with the word that it is registered',
      [water(accepted)],
      request(),
      { gathers: true, hurries: false },
    ],
    [
      'waits no longer than for the last',
      [request(), water(accepted)],
      gas(accepted),
      { gathers: false, hurries: true },
    ],
    [
      'waits for no part that is over',
      [request(), gas({ state: 'refused' })],
      water(accepted),
      { gathers: false, hurries: false },
    ],
    [
      'lets nothing else wait behind it',
      [request(), water(accepted)],
      gas({ ...waiting, correction }),
      { gathers: false, hurries: true },
    ],
    [
      'waits for nobody where there is one part',
      [request(['water'])],
      water(accepted),
      { gathers: false, hurries: false },
    ],
  ])('%s', (_, said, fresh, expected) => {
    expect(change(said, fresh)).toMatchObject(expected);
  });
});
