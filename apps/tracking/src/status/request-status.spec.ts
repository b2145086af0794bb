import { loadCatalogue } from '@lianban/catalogue';
import type { DeadlineOutcome, Delivery, JobStatus, RequestStatusChanged } from '@lianban/contracts';
import { aClock, aJob, aStatus, REGISTERED_AT } from '../tracking.mother.js';
import { requestStatus } from './request-status.js';

const catalogue = loadCatalogue();
const TODAY = '2026-05-20';
const CORRECTION = '0197a000-0000-7000-8000-000000000001';

const render = (
  changes: Partial<RequestStatusChanged> = {},
  language: 'zh-CN' | 'en' = 'en',
  reader: 'applicant' | 'clerk' = 'applicant',
) =>
  requestStatus(
    { revision: 7, snapshot: aStatus({ jobs: [aJob('water')], ...changes }) },
    { catalogue, reader, language, today: TODAY },
  );
const renderWith = (changes: Partial<JobStatus>, language: 'zh-CN' | 'en' = 'en') =>
  render({ jobs: [aJob('water', changes)] }, language);
const waterOf = (changes: Partial<JobStatus>) => renderWith(changes).parts[0]!;

describe('the status of a request', () => {
  it('tells the applicant that it is his turn, and a clerk that it is the applicant’s', () => {
    const waiting: Partial<RequestStatusChanged> = {
      attention: 'applicant',
      jobs: [aJob('water', { state: 'waiting', holder: 'applicant' })],
    };
    const read = (reader: 'applicant' | 'clerk') => {
      const { text, parts } = render(waiting, 'zh-CN', reader);
      return [text, parts[0]!.stateText, parts[0]!.holderText].join(' ');
    };
    expect(read('applicant')).toContain('待您办理');
    expect(read('clerk')).toMatch(/^待申请人办理。 待申请人办理 待申请人办理。$/);
  });

  it('is registered and not delivered at first', () => {
    const { phase, attention, parts } = render();
    expect([phase, attention]).toEqual(['registered', 'none']);
    expect(parts).toMatchObject([
      {
        utility: 'water',
        provider: { id: 'jinan-water', name: 'Jinan Water' },
        state: 'placed',
        delivered: false,
        accepted: false,
        delivery: { operation: 'place', status: 'pending', since: REGISTERED_AT },
        clock: { slaDate: '2026-05-27', running: true, remainingDays: 5 },
      },
    ]);
  });

  it('is written in the language of its reader', () => {
    expect(render({}, 'zh-CN')).toMatchObject({
      text: '已登记，正在送达各专营单位。',
      parts: [{ name: '供水', provider: { name: '济南供水' }, stateText: '待受理' }],
    });
  });

  it('names the applicant by his masked name alone', () => {
    expect(render().applicant).toBe('欧阳**');
  });

  it('distinguishes delivered from accepted', () => {
    const delivered = waterOf({
      delivered: true,
      operation: { kind: 'place', delivery: 'delivered', since: '2026-05-11T02:00:05.000Z' },
    });
    expect([delivered.delivered, delivered.accepted, delivered.delivery.status]).toEqual([
      true,
      false,
      'delivered',
    ]);
    expect(renderWith({ delivered: true }).phase).toBe('dispatched');
    expect(renderWith({ delivered: true, accepted: true, state: 'accepted' }).phase).toBe('under-way');
  });

  it.each<[Delivery, boolean]>([
    ['pending', false],
    ['delivered', false],
    ['failing', true],
    ['unknown', true],
    ['parked', false],
  ])(
    'of a delivery that is %s shows since when the provider could not be reached: %p',
    (delivery, isSaid) => {
      const since = '2026-05-12T01:00:00.000Z';
      const { delivery: said } = waterOf({ operation: { kind: 'place', delivery, since } });
      expect(said).toMatchObject({ status: delivery, since, text: expect.stringMatching(/\w+ .*\./) });
      expect(said.unreachableSince).toBe(isSaid ? since : undefined);
    },
  );

  describe('where nothing has come from a provider', () => {
    const delivered = { kind: 'place', delivery: 'delivered', since: '2026-05-11T02:00:00.000Z' } as const;
    const accepted = {
      ...({ state: 'accepted', since: '2026-05-12T03:00:00.000Z', operation: delivered } as const),
      ...{ delivered: true, accepted: true, stages: [{ stage: 'ACCEPT', at: '2026-05-12T03:00:00.000Z' }] },
    };

    it('says for how many days, once its next stage is late', () => {
      expect(waterOf(accepted).silence).toEqual({
        ...{ since: '2026-05-12T03:00:00.000Z', days: 8, text: 'No word from Jinan Water for 8 days.' },
      });
      expect(renderWith(accepted, 'zh-CN').parts[0]!.silence!.text).toBe('济南供水已 8 天没有新消息。');
    });

    it.each<[string, Partial<JobStatus>]>([
      ['it spoke three working days ago', { since: '2026-05-15T03:00:00.000Z' }],
      [
        'its next stage is not due',
        { stages: ['ACCEPT', 'SURVEY'].map((stage) => ({ stage, at: accepted.since })) },
      ],
      ['it is the turn of somebody else', { state: 'held', holder: 'authority' }],
      ['it is the applicant’s turn', { state: 'waiting', holder: 'applicant' }],
      ['it has ended', { state: 'completed' }],
      ['it was never reached', { delivered: false }],
    ])('says nothing while %s', (_, changes) => {
      expect(waterOf({ ...accepted, ...changes }).silence).toBeUndefined();
    });
  });

  it('names its stages with planned and actual times', () => {
    const at = '2026-05-12T03:00:00.000Z';
    const { stages } = waterOf({ stages: [{ stage: 'ACCEPT', at }] });
    expect(stages.slice(0, 2)).toEqual([
      { code: 'ACCEPT', name: 'Accepted', plannedDate: '2026-05-12', reachedAt: at },
      { code: 'SURVEY', name: 'Site survey', plannedDate: '2026-05-15', reachedAt: undefined },
    ]);
    expect(stages.at(-1)).toMatchObject({ code: 'ENERGISE', plannedDate: '2026-05-27' });
  });

  it('moves what is still ahead by the working days that the clock stood', () => {
    const clock = aClock({ slaDate: '2026-05-29', remainingDays: 0 });
    const reached = [{ stage: 'ACCEPT', at: '2026-05-12T03:00:00.000Z' }];
    const { stages, clock: shown } = waterOf({ stages: reached, clock });
    expect(stages.map(({ plannedDate }) => plannedDate).slice(0, 2)).toEqual(['2026-05-12', '2026-05-19']);
    expect(stages.at(-1)!.plannedDate).toBe('2026-05-29');
    expect(shown).toEqual({ slaDate: '2026-05-29', running: true, remainingDays: 7 });
  });

  it('keeps what a stopped clock had left', () => {
    const clock = aClock({ running: false, remainingDays: 9 });
    expect(waterOf({ clock }).clock).toMatchObject({ running: false, remainingDays: 9 });
  });

  it('marks dates in a year without a notice as provisional', () => {
    const clock = aClock({ slaDate: '2027-02-01', remainingDays: 0, provisional: true });
    const status = render({ jobs: [aJob('water', { clock })], nextDeadlineProvisional: true });
    const part = status.parts[0]!;
    const provisional = 'provisional until the holidays of that year are announced';
    expect(status.nextDeadlineProvisional).toBe(provisional);
    expect(part.clock).toMatchObject({ slaDate: '2027-02-01', provisional });
    expect(part.stages.at(-1)).toMatchObject({ plannedDate: '2027-02-01', provisional });
    expect(waterOf({}).stages.at(-1)).not.toHaveProperty('provisional');
  });

  it('marks a counted deadline in such a year as provisional', () => {
    const waiting = { state: 'waiting', holder: 'applicant', holderDeadline: '2027-01-06' } as const;
    const part = waterOf({ ...waiting, holderDeadlineProvisional: true });
    const provisional = 'provisional until the holidays of that year are announced';
    expect(part).toMatchObject({ holderDeadlineProvisional: provisional, todo: { provisional } });
    expect(waterOf(waiting).todo).not.toHaveProperty('provisional');
  });

  it('shows what the applicant must do, by when and why', () => {
    const correction = {
      id: CORRECTION,
      items: ['ID_CARD', 'usage', 'ODD'],
      deadline: '2026-05-25',
    };
    const waiting = {
      state: 'waiting',
      reason: 'material-missing',
      holder: 'applicant',
      correction,
    } as const;
    expect(renderWith(waiting)).toMatchObject({
      attention: 'applicant',
      parts: [
        {
          holder: 'applicant',
          reason: {
            code: 'material-missing',
            text: 'A material is missing',
            legalBasis: 'Administrative Licensing Law, article 32',
          },
          todo: {
            correctionId: correction.id,
            items: [
              { code: 'ID_CARD', name: 'Identity card' },
              { code: 'usage', name: 'Use' },
              { code: 'ODD', name: 'something else (the service hall can tell you what)' },
            ],
            deadline: '2026-05-25',
          },
        },
      ],
    });
  });

  it('names who holds a job up', () => {
    const held = { state: 'held', reason: 'not-ours', holder: 'hall', holderDeadline: '2026-05-22' } as const;
    const status = renderWith(held);
    expect(status).toMatchObject({
      attention: 'hall',
      parts: [
        { holder: 'hall', holderDeadline: '2026-05-22', reason: { code: 'not-ours' }, todo: undefined },
      ],
    });
  });

  it('shows what was refused and why', () => {
    expect(renderWith({ state: 'refused', reason: 'arrears' })).toMatchObject({
      phase: 'ended',
      outcome: 'refused',
      parts: [{ state: 'refused', reason: { text: 'The account has unpaid bills' } }],
    });
  });

  it.each<[DeadlineOutcome, RegExp]>([
    ['auto-cancelled', /counts as withdrawn/],
    ['escalated', /somebody has been told/],
    ['overdue', /later than promised/],
  ])('shows the outcome of a missed deadline: %s', (deadlineOutcome, text) => {
    const part = waterOf({ deadlineOutcome });
    expect([part.deadlineOutcome, part.deadlineOutcomeText]).toEqual([
      deadlineOutcome,
      expect.stringMatching(text),
    ]);
  });

  it.each([
    ['nothing', false, {}, undefined],
    ['asked, from the counter on', true, {}, 'asked'],
    ['nothing more of a job that had ended', true, { state: 'completed' }, undefined],
    ['agreed', true, { state: 'cancelled', withdrawal: 'agreed' }, 'agreed'],
    ['refused', true, { withdrawal: 'refused', withdrawalReason: 'withdrawal-too-late' }, 'refused'],
  ] as const)('of a withdrawal says %s', (_, withdrawnByApplicant, changes, expected) => {
    const { withdrawal } = waterOf({ ...changes, withdrawnByApplicant });
    expect(withdrawal?.status).toBe(expected);
    if (expected === 'refused') expect(withdrawal?.reason?.text).toMatch(/\w{3}/);
  });

  it('has the outcome that was published, whatever its parts look like', () => {
    const jobs = [aJob('water', { state: 'completed' }), aJob('gas', { state: 'cancelled' })];
    expect(render({ jobs, outcome: 'completed' })).toMatchObject({
      phase: 'ended',
      outcome: 'completed',
      text: 'Everything was done.',
    });
  });
});

describe('what the applicant is asked for', () => {
  const asked = (items: string[], language: 'zh-CN' | 'en' = 'zh-CN') => {
    const correction = { id: CORRECTION, items, deadline: TODAY };
    return renderWith(
      { state: 'waiting', holder: 'applicant', correction },
      language,
    ).parts[0]!.todo!.items.map(({ name }) => name);
  };

  it('is named in his language: a field, a material, what a reason says', () => {
    const items = ['fields.heatedArea', 'PROPERTY_CERT', 'arrears'];
    expect(asked(items)).toEqual(['供热面积', '不动产权证书（或购房合同）', '户号欠费未结清']);
    expect(asked(items, 'en')[0]).toBe('Heated area');
  });

  it('is no code, whatever the catalogue no longer knows', () => {
    const unknown = {
      reason: 'no-such-reason',
      provider: 'atlantis-water',
      state: 'held',
      holder: 'provider',
    } as const;
    const status = renderWith(unknown, 'zh-CN');
    const [part] = status.parts;
    expect(part!.reason!.text).toMatch(/^\p{Script=Han}+$/u);
    expect(part!.provider.name).toMatch(/^\p{Script=Han}+$/u);
    expect(asked(['NO_SUCH'])[0]).not.toContain('NO_SUCH');
  });
});
