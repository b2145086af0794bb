import { ProviderHttp, ProviderUnavailable } from '@lianban/adapter-kit';
import { AccessTokens } from './access-tokens.js';
import { GasCompany, type Answer } from './gas-company.mother.js';
import { GasRestSettings } from './gas-rest.settings.js';

const SETTINGS = Object.assign(new GasRestSettings(), { clientId: 'lian:ban +1' });

describe('AccessTokens', () => {
  const company = new GasCompany();
  let now: number;
  let tokens: AccessTokens;
  beforeAll(() => company.open());
  afterAll(() => company.close());

  const tokensBy = (secrets: string[], settings: Partial<GasRestSettings> = {}, url = company.url) => {
    const http = new ProviderHttp({ concurrency: 8 }, 500, 65_536);
    const all = Object.assign(new GasRestSettings(), SETTINGS, settings);
    return new AccessTokens(
      http,
      url,
      all,
      () => secrets,
      () => now,
    );
  };
  beforeEach(() => {
    company.behave();
    company.clients.length = 0;
    now = 0;
    tokens = tokensBy(['secret']);
  });

  const failureOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('are asked for once, however many need one at the same time', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => tokens.current()));
    expect(new Set(many).size).toBe(1);
    expect(company.clients).toHaveLength(1);
    expect(await tokens.current()).toBe(many[0]);
    expect(company.clients).toHaveLength(1);
  });

  it.each([
    [600, 480],
    ['600', 480],
    [60, 48],
    [1e12, 2_880],
    [1, 24],
    [0, 24],
    [-1, 24],
    ['for ever', 24],
    [null, 24],
    [undefined, 24],
  ])('that live %p seconds, as is said, are renewed after %p', async (expiresIn, seconds) => {
    company.token = [200, { expires_in: expiresIn }];
    const first = await tokens.current();
    now = seconds * 1_000 - 1;
    expect(await tokens.current()).toBe(first);
    now = seconds * 1_000;
    expect(await tokens.current()).not.toBe(first);
    expect(company.clients).toHaveLength(2);
  });

  it('that cannot be renewed are used to their end, and not beyond', async () => {
    company.token = [200, { expires_in: 100 }];
    const first = await tokens.current();
    company.token = [503, 'closed'];
    now = 99_999;
    expect(await tokens.current()).toBe(first);
    now = 100_000;
    expect(await failureOf(tokens.current())).toBeInstanceOf(ProviderUnavailable);
  });

  it('that were not accepted are replaced once, however many calls that was', async () => {
    const ended = await tokens.current();
    const fresh = await Promise.all(Array.from({ length: 20 }, () => tokens.replace(ended)));
    expect(new Set(fresh).size).toBe(1);
    expect(fresh[0]).not.toBe(ended);
    expect(await tokens.replace(ended)).toBe(fresh[0]);
    expect(company.clients).toHaveLength(2);
  });

  it.each(['basic', 'post'] as const)('are asked for with the secret as it is, by %s', async (method) => {
    const secret = 'whsec_a+b/c=%41:ü ';
    await tokensBy([secret], { clientAuthentication: method }).current();
    expect(company.clients).toEqual([{ id: SETTINGS.clientId, secret, by: method }]);
  });

  it('are asked for with each secret that holds, the newest first', async () => {
    company.secrets = ['old'];
    await tokensBy(['new', 'old', 'older']).current();
    expect(company.clients.map(({ secret }) => secret)).toEqual(['new', 'old']);
  });

  it.each<[string, Answer, object]>([
    ['wants fewer calls', [429, {}, { 'retry-after': '7' }], { away: true, waitMs: 7_000 }],
    ['is closed for a while', [503, 'closed', { 'retry-after': '7' }], { away: true, waitMs: 7_000 }],
    ['is closed', [503, 'closed'], { away: true, waitMs: undefined }],
    ['has failed', [500, 'oops'], { away: false }],
    ['knows none of our secrets', [401, { error: 'invalid_client' }], { away: false }],
    ['answers in words of its own', [401, 'who are you?', { 'www-authenticate': 'Basic' }], { away: false }],
    ['does not give what is asked for', [400, { error: 'invalid_scope' }], { away: false }],
    ['answers a refusal of the applicant', [400, { errcode: 'E1003' }], { away: false }],
    ['leads elsewhere', [302, '', { location: 'http://127.0.0.1:1/' }], { away: false }],
    ['gives no token', [200, { access_token: undefined }], { away: false }],
    ['gives a token of another kind', [200, { token_type: 'mac' }], { away: false }],
    ['gives a page', [200, '<html>'], { away: false }],
  ])('are not had where the company %s, and nothing was sent', async (_, answer, expected) => {
    company.token = answer;
    const failure = await failureOf(tokens.current());
    expect(failure).toBeInstanceOf(ProviderUnavailable);
    expect(failure).toMatchObject(expected);
  });

  it('are not had where nobody listens', async () => {
    const failure = await failureOf(tokensBy(['secret'], {}, 'http://127.0.0.1:1').current());
    expect(failure).toBeInstanceOf(ProviderUnavailable);
    expect(failure).toMatchObject({ away: true });
  });

  it('are had again as soon as the company is well', async () => {
    company.token = [503, 'closed'];
    await failureOf(tokens.current());
    company.behave();
    expect(await tokens.current()).toMatch(/^token-/);
  });
});
