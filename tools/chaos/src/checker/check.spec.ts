import { check, isGuilty, type Verdict } from './check.js';
import type { Facts } from './facts.js';
import {
  aLook,
  anEffect,
  ENDED,
  NUMBER,
  PHONE,
  RECEIPT,
  REQUEST,
  someFacts,
  TWICE_BY_GAS,
} from './facts.mother.js';

const judge = (changes: Partial<Facts> = {}): Verdict => check(someFacts(changes)).verdict;
const sinsIn = (verdict: Verdict): string[] =>
  Object.entries(verdict)
    .filter(([, sentences]: [string, string[]]) => sentences.length > 0)
    .map(([promise]) => promise);

describe('check', () => {
  it('finds nothing in a run that went as it should', () => {
    expect(sinsIn(judge())).toEqual([]);
    expect(isGuilty(judge())).toBe(false);
    expect(check(someFacts()).counts).toMatchObject({ requests: 1, ended: 1, parked: 0, effects: 2 });
  });

  const another = RECEIPT.replace('00001-A', '00002-B');
  const finding = { requestId: REQUEST, provider: 'jinan-gas', kind: 'second-reference' };
  const shadow = aLook('ended', { water: 'completed', gas: 'completed' });
  const text = someFacts().texts[0]!;

  it.each<[string, Partial<Facts>, (keyof Verdict)[]]>([
    ['a request that never ended', { looks: [aLook('under-way')] }, ['lost']],
    ['a receipt that leads nowhere', { looks: [] }, ['lost']],
    ['an operation that was done twice', { effects: [...someFacts().effects, anEffect()] }, ['doubled']],
    [
      'a placement placed by two operations',
      { effects: [...someFacts().effects, anEffect({ operation: 'operation-9' })] },
      ['doubled'],
    ],
    ['a second effect that nobody was shown', { effects: TWICE_BY_GAS, hadFreeze: true }, ['doubled']],
    ['a second effect without a freeze', { effects: TWICE_BY_GAS, findings: [finding] }, ['doubled']],
    ['a phase that went back', { looks: [aLook('under-way'), aLook('dispatched'), ENDED] }, ['backward']],
    [
      'a job that left its end state',
      { looks: [aLook('under-way', { gas: 'cancelled' }), shadow] },
      ['backward'],
    ],
    ['a part that vanished', { looks: [ENDED, { ...ENDED, states: { water: 'completed' } }] }, ['backward']],
    ['the same news under two keys', { texts: [text, { ...text, id: 'text-2' }] }, ['noticesDoubled']],
    ['an end that nobody was told', { texts: [] }, ['noticesLost']],
    [
      'two receipts for one key',
      { registrations: [{ key: 'key-1', phone: PHONE, receipts: [RECEIPT, another] }] },
      ['receipts'],
    ],
    [
      'a request that nobody has a receipt for',
      { effects: [...someFacts().effects, anEffect({ placement: 'somebody:water:1', operation: 'x' })] },
      ['receipts'],
    ],
    ['a job said to be done that no provider did', { effects: [anEffect()] }, ['untrue']],
    ['an answer without a code', { answers: [{ door: 'POST /v1/requests', status: 500 }] }, ['undocumented']],
    [
      'a code that is documented nowhere',
      { answers: [{ door: 'POST /v1/requests', status: 409, code: 'oops' }] },
      ['undocumented'],
    ],
  ])('finds %s', (_, changes, sins) => {
    const verdict = judge(changes);
    expect(sinsIn(verdict)).toEqual(sins);
    expect(isGuilty(verdict)).toBe(true);
  });

  it('lets a request rest that lies aside where an operator sees it', () => {
    const parked = [{ service: 'adapter-gas', requestId: REQUEST, reason: 'place: answered 500' }];
    const { verdict, counts } = check(someFacts({ looks: [aLook('under-way')], parked }));
    expect(isGuilty(verdict)).toBe(false);
    expect(counts).toMatchObject({ ended: 0, parked: 1 });
  });

  it('counts apart what a provider that can only be asked did twice after a freeze, when an operator is shown it', () => {
    const verdict = judge({ effects: TWICE_BY_GAS, hadFreeze: true, findings: [finding] });
    expect(sinsIn(verdict)).toEqual(['detected']);
    expect(isGuilty(verdict)).toBe(false);
  });

  it('takes one key asked for often for one text, and the door for no service', () => {
    const verdict = judge({
      texts: [text],
      answers: [
        { door: 'GET /v1/track/:receipt', status: 503, code: 'door-shut' },
        { door: 'GET /v1/track/:receipt', status: 404, code: 'not-found' },
        { door: 'POST /v1/requests', status: 0 },
      ],
    });
    expect(sinsIn(verdict)).toEqual([]);
  });

  it('names the receipt it speaks of', () => {
    expect(judge({ looks: [aLook('under-way')] }).lost[0]).toContain(NUMBER);
  });
});
