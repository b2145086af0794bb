import {
  ProviderRefused,
  ProviderUnavailable,
  ProviderUnknown,
  type LookupResult,
  type Accepted,
  type UtilityDriver,
} from '../drivers/utility-driver.js';
import { Story } from '../jobs/story.mother.js';
import type { LeasedOperation } from '../jobs/operation.js';
import { callProvider } from './call-provider.js';

/** Answers each call with what it is given, and writes the calls down. */
class ScriptedDriver implements UtilityDriver {
  readonly calls: string[] = [];
  place = () => this.call('place');
  correct = () => this.call('correct');
  withdraw = () => this.call('withdraw');

  constructor(
    readonly retrySafety: 'idempotency-key' | 'status-query',
    private readonly answer: Accepted | Error = {},
    private readonly found: LookupResult | Error = { found: 'absent' },
  ) {}

  async queryStatus(): Promise<LookupResult> {
    this.calls.push('status-query');
    if (this.found instanceof Error) throw this.found;
    return this.found;
  }

  private async call(name: string): Promise<Accepted> {
    this.calls.push(name);
    if (this.answer instanceof Error) throw this.answer;
    return this.answer;
  }
}

const aLeased = (changes: Partial<LeasedOperation> = {}): LeasedOperation =>
  ({ ...new Story().want().send().operation, mayBeInFlight: false, ...changes }) as LeasedOperation;
const anUnknown = (mayBeInFlight = false) => aLeased({ outcomeUnknown: true, mayBeInFlight });

describe('a call', () => {
  it('that is answered is taken, with what the provider said', async () => {
    const driver = new ScriptedDriver('status-query', { reference: 'G-1' });
    expect(await callProvider(driver, aLeased())).toEqual({
      outcome: { kind: 'taken', reference: 'G-1' },
      away: false,
    });
    expect(driver.calls).toEqual(['place']);
  });

  it.each([
    [
      'a refusal',
      new ProviderRefused('arrears', '欠费'),
      { kind: 'refused', reason: 'arrears', providerMessage: '欠费' },
      false,
    ],
    [
      'no connection',
      new ProviderUnavailable('refused'),
      { kind: 'not-sent', error: 'refused', countsAsTry: true },
      true,
    ],
    [
      'a plea for time',
      new ProviderUnavailable('429', false),
      { kind: 'not-sent', error: '429', countsAsTry: true },
      false,
    ],
    ['no answer', new ProviderUnknown('lost'), { kind: 'unknown', error: 'lost', countsAsTry: true }, true],
    [
      'a bug of the driver',
      new TypeError('oops'),
      { kind: 'unknown', error: 'oops', countsAsTry: true },
      false,
    ],
  ])('that meets %s says so, and whether the provider is away', async (_, error, outcome, away) => {
    expect(await callProvider(new ScriptedDriver('idempotency-key', error), aLeased())).toEqual({
      outcome,
      away,
    });
  });
});

describe('a call after an unknown outcome', () => {
  it('is the same call again where the provider honours our key', async () => {
    const driver = new ScriptedDriver('idempotency-key');
    expect(await callProvider(driver, anUnknown(true))).toMatchObject({ outcome: { kind: 'taken' } });
    expect(driver.calls).toEqual(['place']);
  });

  it.each([
    [
      { found: 'taken', reference: 'G-1' },
      { kind: 'taken', reference: 'G-1' },
    ],
    [
      { found: 'refused', reason: 'arrears' },
      { kind: 'refused', reason: 'arrears' },
    ],
    [{ found: 'absent' }, { kind: 'absent' }],
  ] as [LookupResult, object][])('looks first, and believes %j', async (found, outcome) => {
    const driver = new ScriptedDriver('status-query', {}, found);
    expect((await callProvider(driver, anUnknown())).outcome).toEqual(outcome);
    expect(driver.calls).toEqual(['status-query']);
  });

  it('does not believe in absence while the earlier call may still arrive', async () => {
    const driver = new ScriptedDriver('status-query');
    expect((await callProvider(driver, anUnknown(true))).outcome).toMatchObject({
      kind: 'unknown',
      countsAsTry: false,
    });
    expect(driver.calls).toEqual(['status-query']);
  });

  it('stays unknown where the look-up fails too', async () => {
    const driver = new ScriptedDriver('status-query', {}, new ProviderUnknown('lost'));
    expect(await callProvider(driver, anUnknown())).toMatchObject({
      outcome: { kind: 'unknown' },
      away: true,
    });
  });
});
