import { loadCatalogue } from '@lianban/catalogue';
import type { Flow } from './flow.js';
import { observationsOf, refusalOfCancellation, yuanOf } from './statuses.js';

const REASONS = new Map([['ARREARS', 'arrears']]);
const aFlow = (more: Partial<Flow>): Flow => ({ outerNo: 'o', billNo: 'B-1', status: '08', ...more });
const lastOf = (more: Partial<Flow>) => observationsOf(aFlow(more), REASONS).at(-1);

describe('the states of a flow', () => {
  it.each([
    ['05', 'accepted'],
    ['08', 'in-progress'],
    ['04', 'waiting'],
    ['06', 'waiting'],
    ['09', 'held'],
    ['10', 'completed'],
    ['11', 'completed'],
    ['20', 'partly-completed'],
    ['07', 'refused'],
    ['13', 'refused'],
    ['12', 'cancelled'],
    ['21', 'failed'],
  ])('are told in ours: %s is %s', (status, state) => {
    expect(lastOf({ status })).toEqual({ reference: 'B-1', state });
  });

  it.each(['01', '02', '03'])('say nothing before it is decided on: %s', (status) => {
    expect(lastOf({ status })).toEqual({ reference: 'B-1' });
  });

  it.each(['99', '8', 'constructor'])('are an operator`s matter where nobody knows them: %s', (status) => {
    expect(lastOf({ status })).toEqual({ reference: 'B-1', unknownState: status });
  });

  it('come with what is asked of the applicant, why, and by when', () => {
    const asked = { supplementItem: ['SITE_PLAN'], dueDate: '2026-06-01' };
    const why = { reasonCode: 'ARREARS', reasonMsg: '欠'.repeat(600) };
    expect(lastOf({ status: '06', ...asked, ...why })).toEqual({
      reference: 'B-1',
      state: 'waiting',
      reason: 'arrears',
      text: expect.stringMatching(/^欠{499}/),
      dueDate: '2026-06-01',
      correction: { items: ['SITE_PLAN'], dueDate: '2026-06-01' },
    });
  });

  it('come after the stages that were reached, in their order', () => {
    const stage = [{ code: 'ACCEPT' }, { code: 'SURVEY' }];
    expect(observationsOf(aFlow({ stage }), REASONS)).toMatchObject([
      { stage: 'ACCEPT' },
      { stage: 'SURVEY' },
      { state: 'in-progress' },
    ]);
  });
});

describe('an answer to a withdrawal', () => {
  const cancel = { operationNo: 'op-1', status: 'refused', reasonCode: 'ARREARS' };

  it.each([
    ['op-1', [{ withdrawal: 'refused', reason: 'arrears' }]],
    ['op-2', []],
    [null, []],
  ])('is one to what was asked last, %s', (asked, answers) => {
    expect(refusalOfCancellation(aFlow({ cancel }), asked, REASONS)).toEqual(answers);
  });

  it.each(['asked', 'agreed'])('that is %s is told by the state', (status) => {
    expect(refusalOfCancellation(aFlow({ cancel: { ...cancel, status } }), 'op-1', REASONS)).toEqual([]);
  });
});

it.each([
  ['0', '0.00'],
  ['7', '0.07'],
  ['12350', '123.50'],
  ['00012350', '123.50'],
  ['900719925474099301', '9007199254740993.01'],
])('says %s fen as %s yuan', (fen, yuan) => expect(yuanOf(fen)).toBe(yuan));

it('tells each reason of the shipped row in one of the catalogue', () => {
  const catalogue = loadCatalogue();
  const { reasons } = catalogue.provider('jinan-water')!.settings as { reasons: Record<string, string> };
  for (const code of Object.values(reasons)) expect(catalogue.reason(code)?.code).toBe(code);
});
