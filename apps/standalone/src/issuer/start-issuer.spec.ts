import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { demoAccounts } from './accounts.js';
import { startIssuer } from './start-issuer.js';
import type { Issuer } from './start-issuer.js';

const accounts = demoAccounts(['jinan-water']);
const secretOf = (name: string) => accounts.find((account) => account.name === name)?.secret ?? '';

describe('the local issuer', () => {
  let folder: string;
  let issuer: Issuer;
  const start = () => startIssuer({ port: 0, audience: 'lianban', accounts, folder });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'issuer-'));
    issuer = await start();
  });
  afterAll(async () => {
    await issuer.close();
    await rm(folder, { recursive: true });
  });

  const ask = (name: string, secret: string, url = issuer.url) =>
    fetch(`${url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
  const keysOf = async (url: string) => {
    const answer = await fetch(`${url}/.well-known/openid-configuration`);
    const found = (await answer.json()) as { issuer: string; jwks_uri: string };
    expect(found.issuer).toBe(url);
    return createRemoteJWKSet(new URL(found.jwks_uri));
  };
  const claimsOf = async (name: string) => {
    const { access_token: token } = (await (await ask(name, secretOf(name))).json()) as {
      access_token: string;
    };
    const rules = { issuer: issuer.url, audience: 'lianban', algorithms: ['RS256'], requiredClaims: ['exp'] };
    return (await jwtVerify(token, await keysOf(issuer.url), rules)).payload;
  };

  it.each([
    ['clerk-lixia', { role: 'clerk', hall: 'lixia' }],
    ['clerk-zhangdian', { role: 'clerk', hall: 'zhangdian' }],
    ['officer-jinan-water', { role: 'officer', provider: 'jinan-water' }],
    ['lead-jinan-water', { role: 'lead-officer', provider: 'jinan-water' }],
    ['operator', { role: 'operator' }],
  ])('gives %s a token that says who it is, for 15 minutes', async (name, expected) => {
    const { sub, role, hall, provider, exp = 0, iat = 0 } = await claimsOf(name);
    expect({ sub, role, hall, provider, life: exp - iat }).toEqual({ sub: name, ...expected, life: 900 });
  });

  it.each([
    ['a wrong secret', 'operator', 'wrong'],
    ['an unknown account', 'nobody', 'wrong'],
  ])('refuses %s', async (_, name, secret) => {
    expect((await ask(name, secret)).status).toBe(401);
  });

  it('keeps its key, so that tokens outlive a restart', async () => {
    const [before, again] = [await keysOf(issuer.url), await start()];
    const answer = (await (await ask('operator', secretOf('operator'), again.url)).json()) as {
      access_token: string;
    };
    await again.close();
    await expect(jwtVerify(answer.access_token, before)).resolves.toBeDefined();
    expect((await stat(join(folder, 'issuer-key.json'))).mode & 0o777).toBe(0o600);
  });

  it('says that its port is taken', async () => {
    const port = Number(new URL(issuer.url).port);
    await expect(startIssuer({ port, audience: 'lianban', accounts, folder })).rejects.toThrow(/EADDRINUSE/);
  });
});
