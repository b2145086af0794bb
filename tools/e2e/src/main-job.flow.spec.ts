import {
  aRegistration,
  eventually,
  RunningStack,
  TraceReceiver,
  type Mode,
  type Receipt,
  type Status,
} from '@lianban/testing';
import { describeKilledWhileTyping } from './browser/describe-killed-while-typing.js';
import { describeKilledUnderLoad } from './describe-killed-under-load.js';
import { describeTraces } from './describe-traces.js';
import { describeWhere } from './describe-where.js';
import { runDemo } from './run-script.js';

/** How the text of an end reads. */
const END = /已全部办结|已结束/;
const FIVE = ['water', 'electricity', 'gas', 'heat', 'telecom'] as const;

describe.each(['standalone', 'services'] as Mode[])('the main job, %s', (mode) => {
  let receiver: TraceReceiver;
  let stack: RunningStack;
  const receipts: Receipt[] = [];
  beforeAll(async () => {
    receiver = await TraceReceiver.start();
    stack = await RunningStack.start(mode, {
      ...receiver.env,
      LOG_LEVEL: 'info',
      // A provider that is away counts as such before the tries are used up.
      CALL_TIMEOUT_MS: '1000',
      DELIVERY_MAX_TRIES: '7',
      DELIVERY_FIRST_WAIT_MS: '100',
      DELIVERY_MAX_WAIT_MS: '400',
      CIRCUIT_RESET_MS: '500',
    });
  });
  afterAll(async () => {
    await stack.stop();
    await receiver.stop();
  });

  const partOf = (status: Status, utility: string) => status.parts.find((part) => part.utility === utility)!;
  const ends = (receipt: Receipt, outcome: string): Promise<Status> =>
    eventually(async () => {
      const status = await stack.track(receipt);
      expect(status).toMatchObject({ phase: 'ended', outcome });
      return status;
    }, 60_000);

  const register = async (): Promise<Receipt> => {
    const receipt = await stack.register(aRegistration(...FIVE));
    receipts.push(receipt);
    return receipt;
  };

  it('takes a request of five utilities to its end, and logs no error', async () => {
    const { code, output } = await runDemo(stack);
    expect(output).toContain('ended: completed, 5 provider references');
    expect(code).toBe(0);
    expect(stack.lines.join('\n')).not.toMatch(/"level":"error"/);
  });

  it('completes four while gas is down, says since when, and gas once it is back, one effect each', async () => {
    await stack.simulator('PUT', '/providers/jinan-gas', { down: true });
    const receipt = await register();
    await eventually(async () => {
      const status = await stack.track(receipt);
      const others = status.parts.filter(({ utility }) => utility !== 'gas').map(({ state }) => state);
      expect(others).toEqual(['completed', 'completed', 'completed', 'completed']);
      expect(status.phase).not.toBe('ended');
      const { delivery, state } = partOf(status, 'gas');
      expect(state).toBe('placed');
      expect(['failing', 'unknown']).toContain(delivery.status);
      expect(delivery).toHaveProperty('unreachableSince');
    }, 60_000);

    await stack.simulator('PUT', '/providers/jinan-gas', { down: false });
    const ended = await ends(receipt, 'completed');
    expect(ended.parts.filter(({ reference }) => reference)).toHaveLength(5);
    const { documents } = partOf(ended, 'electricity');
    expect(documents?.map(({ kindText }) => kindText)).toEqual(['方案答复', '合同']);
    const { doubledEffects } = await stack.simulator<{ doubledEffects: number }>('GET', '/totals');
    expect(doubledEffects).toBe(0);
  });

  it('fails the demo when a provider is away', async () => {
    await stack.simulator('PUT', '/providers/jinan-water', { down: true });
    const { code, output } = await runDemo(stack, 3);
    await stack.simulator('DELETE', '/faults');
    expect(output).toContain('it has not ended');
    expect(code).not.toBe(0);
  });

  it('lets the applicant withdraw one part without spoiling the rest', async () => {
    await stack.simulator('PUT', '/providers/jinan-heat', { outcome: 'hold', reason: 'permit' });
    const receipt = await register();
    await eventually(async () => {
      const { state, delivery } = partOf(await stack.track(receipt), 'heat');
      expect({ state, delivery }).toEqual({ state: 'held', delivery: expect.anything() });
    });
    await stack.as('clerk-lixia', 'POST', `/v1/requests/${receipt.receiptNumber}/withdrawal`, {
      utilities: ['heat'],
    });
    const status = await ends(receipt, 'completed');
    expect(partOf(status, 'heat').state).toBe('cancelled');
    await stack.simulator('DELETE', '/faults');
  });

  it('tells the applicant each thing once, the end of every request among them', async () => {
    expect(receipts).toHaveLength(2);
    await eventually(async () => {
      const texts = await stack.simulator<{ text: string }[]>('GET', '/sms');
      const ends = receipts.map(({ receiptNumber }) =>
        texts.filter(({ text }) => text.includes(receiptNumber) && END.test(text)),
      );
      expect(ends.map(({ length }) => length)).toEqual([1, 1]);
      expect(new Set(texts.map(({ text }) => text)).size).toBe(texts.length);
    });
  });

  describe('the trace of a request', () => describeTraces(mode, () => ({ stack, receiver })));

  // In one process there is no service that could be killed by itself: `kill-at-steps` kills all.
  if (mode === 'services') {
    describe('under load', () => describeKilledUnderLoad(() => stack));
    describe('with a clerk at work', () => describeKilledWhileTyping(() => stack));
    describe('where a request is', () => describeWhere(() => stack));
  }
});
