import { TestIssuer } from '@lianban/testing';
import { SignJWT, UnsecuredJWT } from 'jose';
import { Clock } from '../clock.js';
import { Dependencies } from '../health/dependencies.js';
import { Metrics } from '../metrics/metrics.js';
import { InvalidToken, IssuerUnreachable, WrongRole } from '../problems/common-problems.js';
import { IdentityConfig } from './identity.config.js';
import { IssuerKeys } from './issuer-keys.js';
import { TokenVerifier } from './token-verifier.js';

class SetClock extends Clock {
  constructor(public seconds: number) {
    super();
  }
  override now() {
    return new Date(this.seconds * 1000);
  }
}

const NOW = Math.floor(Date.now() / 1000);
const clerk = { role: 'clerk', hall: 'lixia', sub: 'c1' };

describe('TokenVerifier', () => {
  let issuer: TestIssuer;
  let clock: SetClock;
  let tokens: TokenVerifier;

  beforeEach(async () => {
    issuer = await TestIssuer.start();
    const config = Object.assign(new IdentityConfig(), { oidcIssuer: issuer.url, oidcAudience: 'lianban' });
    clock = new SetClock(NOW);
    tokens = new TokenVerifier(config, new IssuerKeys(config, new Dependencies(new Metrics())), clock);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await issuer.stop();
  });

  it('answers the caller of a token', async () => {
    const officer = { role: 'officer', provider: 'jinan-gas', sub: 'o1' };
    expect(await tokens.verify(await issuer.token({ claims: officer }))).toEqual({
      subject: 'o1',
      role: 'officer',
      provider: 'jinan-gas',
    });
  });

  it('allows a minute of skew after the expiry, and no more', async () => {
    const token = await issuer.token({ claims: clerk, expires: NOW });
    clock.seconds = NOW + 59;
    expect((await tokens.verify(token)).subject).toBe('c1');
    clock.seconds = NOW + 61;
    await expect(tokens.verify(token)).rejects.toThrow(InvalidToken);
  });

  it('believes no token after its expiry that it believed before', async () => {
    const token = await issuer.token({ claims: clerk, expires: NOW + 100 });
    await tokens.verify(token);
    clock.seconds = NOW + 161;
    await expect(tokens.verify(token)).rejects.toThrow(InvalidToken);
  });

  it.each([
    ['another audience', { audience: 'elsewhere' }],
    ['another issuer', { issuer: 'http://elsewhere' }],
  ])('refuses a token of %s', async (_, wishes) => {
    await expect(tokens.verify(await issuer.token({ claims: clerk, ...wishes }))).rejects.toThrow(
      InvalidToken,
    );
  });

  it('refuses a token that is not signed, signed with a shared secret, or none at all', async () => {
    const unsigned = new UnsecuredJWT(clerk)
      .setIssuer(issuer.url)
      .setAudience('lianban')
      .setExpirationTime('5m')
      .encode();
    const shared = await new SignJWT(clerk)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer.url)
      .setAudience('lianban')
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode('a secret that is long enough for this'));
    for (const token of [unsigned, shared, 'nonsense'])
      await expect(tokens.verify(token)).rejects.toThrow(InvalidToken);
  });

  it('refuses a token whose content was changed', async () => {
    const [head, , signature] = (await issuer.token({ claims: clerk })).split('.');
    const other = (await issuer.token({ claims: { ...clerk, role: 'operator' } })).split('.')[1];
    await expect(tokens.verify([head, other, signature].join('.'))).rejects.toThrow(InvalidToken);
  });

  it('refuses a role that is none of ours', async () => {
    await expect(tokens.verify(await issuer.token({ claims: { ...clerk, role: 'king' } }))).rejects.toThrow(
      WrongRole,
    );
  });

  it('fetches changed keys again, but not at once for every unknown key', async () => {
    await tokens.verify(await issuer.token({ claims: clerk }));
    await issuer.changeKey('second');
    const token = await issuer.token({ claims: clerk });
    await expect(tokens.verify(token)).rejects.toThrow(InvalidToken);
    expect(issuer.keyFetches).toBe(1);
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
    expect((await tokens.verify(token)).subject).toBe('c1');
    expect(issuer.keyFetches).toBe(2);
  });

  it('reports an unreachable issuer, and asks again next time', async () => {
    const token = await issuer.token({ claims: clerk });
    issuer.isDown = true;
    await expect(tokens.verify(token)).rejects.toThrow(IssuerUnreachable);
    issuer.isDown = false;
    expect((await tokens.verify(token)).subject).toBe('c1');
  });

  it('needs no issuer for a token it knows', async () => {
    const token = await issuer.token({ claims: clerk });
    await tokens.verify(token);
    issuer.isDown = true;
    expect((await tokens.verify(token)).subject).toBe('c1');
  });
});
