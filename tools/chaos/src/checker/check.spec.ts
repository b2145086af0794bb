import { check, hasViolations, type Verdict } from './check.js';
import type { Facts } from './facts.js';
import {
  anObservation,
  anEffect,
  ENDED,
  NUMBER,
  PHONE,
  RECEIPT,
  REQUEST,
  someFacts,
  TWICE_BY_GAS,
} from './facts.mother.js';

const checkWith = (changes: Partial<Facts> = {}): Verdict => check(someFacts(changes)).verdict;
const violationsIn = (verdict: Verdict): string[] =>
  Object.entries(verdict)
    .filter(([, violations]: [string, string[]]) => violations.length > 0)
    .map(([promise]) => promise);

describe('check', () => {
  it('finds nothing in a run that went as it should', () => {
    expect(violationsIn(checkWith())).toEqual([]);
    expect(hasViolations(checkWith())).toBe(false);
    expect(check(someFacts()).counts).toMatchObject({ requests: 1, ended: 1, parked: 0, effects: 2 });
  });

  const another = RECEIPT.replace('00001-A', '00002-B');
  const findingOf = (...states: string[]) => ({
    requestId: REQUEST,
    provider: 'jinan-gas',
    kind: 'second-reference',
    secondOrders: states.map((state) => ({ state })),
  });
  const finding = findingOf('withdrawn');
  const shadow = anObservation('ended', { water: 'completed', gas: 'completed' });
  const text = someFacts().texts[0]!;

  it.each<[string, Partial<Facts>, (keyof Verdict)[]]>([
    ['a request that never ended', { observations: [anObservation('under-way')] }, ['lost']],
    ['a receipt that leads nowhere', { observations: [] }, ['lost']],
    ['an operation that was done twice', { effects: [...someFacts().effects, anEffect()] }, ['doubled']],
    [
      'a placement placed by two operations',
      { effects: [...someFacts().effects, anEffect({ operation: 'operation-9' })] },
      ['doubled'],
    ],
    ['a second effect that nobody was shown', { effects: TWICE_BY_GAS, hadFreeze: true }, ['doubled']],
    ...[['being-withdrawn'], ['withdrawn', 'given-up'], []].map(
      (states): [string, Partial<Facts>, (keyof Verdict)[]] => [
        `a second effect that is shown and not settled (${states.join(', ')})`,
        { effects: TWICE_BY_GAS, hadFreeze: true, findings: [findingOf(...states)] },
        ['doubled'],
      ],
    ),
    ['a second effect without a freeze', { effects: TWICE_BY_GAS, findings: [finding] }, ['doubled']],
    [
      'a phase that went back',
      { observations: [anObservation('under-way'), anObservation('dispatched'), ENDED] },
      ['backward'],
    ],
    [
      'a job that left its end state',
      { observations: [anObservation('under-way', { gas: 'cancelled' }), shadow] },
      ['backward'],
    ],
    [
      'a part that vanished',
      { observations: [ENDED, { ...ENDED, states: { water: 'completed' } }] },
      ['backward'],
    ],
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
    [
      'an answer without a code',
      { answers: [{ endpoint: 'POST /v1/requests', status: 500 }] },
      ['undocumented'],
    ],
    [
      'a code that is documented nowhere',
      { answers: [{ endpoint: 'POST /v1/requests', status: 409, code: 'oops' }] },
      ['undocumented'],
    ],
  ])('finds %s', (_, changes, violations) => {
    const verdict = checkWith(changes);
    expect(violationsIn(verdict)).toEqual(violations);
    expect(hasViolations(verdict)).toBe(true);
  });

  it('lets a request rest that lies aside where an operator sees it', () => {
    const parked = [{ service: 'adapter-gas', requestId: REQUEST, reason: 'place: answered 500' }];
    const { verdict, counts } = check(someFacts({ observations: [anObservation('under-way')], parked }));
    expect(hasViolations(verdict)).toBe(false);
    expect(counts).toMatchObject({ ended: 0, parked: 1 });
  });

  it.each(['withdrawn', 'refused', 'by-hand'])(
    'counts apart what a provider that can only be asked did twice after a freeze, when an operator is shown it as %s',
    (state) => {
      const verdict = checkWith({ effects: TWICE_BY_GAS, hadFreeze: true, findings: [findingOf(state)] });
      expect(violationsIn(verdict)).toEqual(['detected']);
      expect(hasViolations(verdict)).toBe(false);
    },
  );

  it('takes one key asked for often for one text, and the load balancer for no service', () => {
    const verdict = checkWith({
      texts: [text],
      answers: [
        { endpoint: 'GET /v1/track/:receipt', status: 503, code: 'no-instance-ready' },
        { endpoint: 'GET /v1/track/:receipt', status: 404, code: 'not-found' },
        { endpoint: 'POST /v1/requests', status: 0 },
      ],
    });
    expect(violationsIn(verdict)).toEqual([]);
  });

  it('names the receipt it speaks of', () => {
    expect(checkWith({ observations: [anObservation('under-way')] }).lost[0]).toContain(NUMBER);
  });
});
