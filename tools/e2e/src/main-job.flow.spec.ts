import {
  aRegistration,
  eventually,
  RunningStack,
  type Mode,
  type Receipt,
  type Status,
} from '@lianban/testing';
import { runDemo } from './run-script.js';

const FIVE = ['water', 'electricity', 'gas', 'heat', 'telecom'] as const;

describe.each(['standalone', 'services'] as Mode[])('the main job, %s', (mode) => {
  let stack: RunningStack;
  beforeAll(async () => {
    stack = await RunningStack.start(mode, { DELIVERY_FIRST_WAIT_MS: '200', CALL_TIMEOUT_MS: '1000' });
  });
  afterAll(() => stack.stop());

  const partOf = (status: Status, utility: string) => status.parts.find((part) => part.utility === utility)!;
  const ends = (receipt: Receipt, outcome: string): Promise<Status> =>
    eventually(async () => {
      const status = await stack.track(receipt);
      expect(status).toMatchObject({ phase: 'ended', outcome });
      return status;
    }, 60_000);

  it('takes a request of five utilities to its end', async () => {
    const { code, said } = await runDemo(stack);
    expect(said).toContain('ended: completed, 5 provider references');
    expect(code).toBe(0);
  });

  it('completes four while gas is down, says since when, and gas once it is back, one effect each', async () => {
    await stack.simulator('PUT', '/providers/jinan-gas', { down: true });
    const receipt = await stack.register(aRegistration(...FIVE));
    const waiting = await eventually(async () => {
      const status = await stack.track(receipt);
      const others = status.parts.filter(({ utility }) => utility !== 'gas').map(({ state }) => state);
      expect(others).toEqual(['completed', 'completed', 'completed', 'completed']);
      return status;
    });
    expect(waiting.phase).not.toBe('ended');
    const { delivery, state } = partOf(waiting, 'gas');
    expect(state).toBe('placed');
    expect(['failing', 'unknown']).toContain(delivery.status);
    expect(delivery).toHaveProperty('unreachableSince');

    await stack.simulator('PUT', '/providers/jinan-gas', { down: false });
    const ended = await ends(receipt, 'completed');
    expect(ended.parts.filter(({ reference }) => reference)).toHaveLength(5);
    const { doubledEffects } = await stack.simulator<{ doubledEffects: number }>('GET', '/totals');
    expect(doubledEffects).toBe(0);
  });

  it('fails the demo when a provider is away', async () => {
    await stack.simulator('PUT', '/providers/jinan-water', { down: true });
    const { code, said } = await runDemo(stack, 3);
    await stack.simulator('DELETE', '/faults');
    expect(said).toContain('it has not ended');
    expect(code).not.toBe(0);
  });

  it('lets the applicant withdraw one part without spoiling the rest', async () => {
    await stack.simulator('PUT', '/providers/jinan-heat', { outcome: 'hold', reason: 'permit' });
    const receipt = await stack.register(aRegistration(...FIVE));
    await eventually(async () => expect(partOf(await stack.track(receipt), 'heat').state).toBe('held'));
    await stack.as('clerk-lixia', 'POST', `/v1/requests/${receipt.receiptNumber}/withdrawal`, {
      utilities: ['heat'],
    });
    const status = await ends(receipt, 'completed');
    expect(partOf(status, 'heat').state).toBe('cancelled');
    await stack.simulator('DELETE', '/faults');
  });

  it('tells the applicant each thing once', async () => {
    const texts = await stack.simulator<{ id: string; text: string }[]>('GET', '/sms');
    expect(texts.length).toBeGreaterThan(0);
    expect(new Set(texts.map(({ text }) => text)).size).toBe(texts.length);
  });
});
