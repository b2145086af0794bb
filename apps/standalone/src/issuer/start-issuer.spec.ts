import { createHash } from 'node:crypto';
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
  const webUrl = 'http://127.0.0.1:9999';
  const start = () => startIssuer({ port: 0, audience: 'lianban', accounts, folder, webUrl });

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

  describe('for the web pages', () => {
    const verifier = 'v'.repeat(43);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const jar = new Map<string, string>();

    /** Follows the issuer as a browser does, with its cookies, and stops at the first page or at the pages' own address. */
    async function visit(url: string, init: RequestInit = {}): Promise<{ url: string; page?: Response }> {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
      for (const set of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
        jar.set(name!, value!);
      }
      const location = answer.headers.get('location');
      if (!location) return { url, page: answer };
      const next = new URL(location, url).href;
      return next.startsWith(webUrl) ? { url: next } : visit(next);
    }
    const authorize = (more: Record<string, string> = {}) =>
      `${issuer.url}/auth?${new URLSearchParams({
        client_id: 'lianban-web',
        response_type: 'code',
        scope: 'openid',
        redirect_uri: `${webUrl}/staff/`,
        state: 'anything',
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...more,
      })}`;
    const redeem = (fields: Record<string, string>) =>
      fetch(`${issuer.url}/token`, {
        method: 'POST',
        headers: { origin: webUrl },
        body: new URLSearchParams({ client_id: 'lianban-web', ...fields }),
      });
    const typed = (account: string, secret: string) => ({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ account, secret }).toString(),
    });

    it('logs an account in by a page, gives a token for a code with PKCE, and renews it once', async () => {
      const login = await visit(authorize({ ui_locales: 'en' }));
      expect(await login.page!.text()).toContain('Log in to Lianban');
      const wrong = await visit(login.url, typed('officer-jinan-water', 'wrong'));
      expect(wrong.page!.status).toBe(401);
      const { url } = await visit(login.url, typed('officer-jinan-water', 'lianban-demo'));
      const code = new URL(url).searchParams.get('code')!;
      expect((await redeem({ grant_type: 'authorization_code', code })).status).toBe(400);

      const again = await visit(authorize());
      const answer = await redeem({
        grant_type: 'authorization_code',
        code: new URL(again.url).searchParams.get('code')!,
        code_verifier: verifier,
        redirect_uri: `${webUrl}/staff/`,
      });
      expect(answer.headers.get('access-control-allow-origin')).toBe(webUrl);
      const tokens = (await answer.json()) as Record<'access_token' | 'refresh_token' | 'id_token', string>;
      const rules = { issuer: issuer.url, audience: 'lianban' };
      const keys = await keysOf(issuer.url);
      const who = { sub: 'officer-jinan-water', role: 'officer', provider: 'jinan-water' };
      expect((await jwtVerify(tokens.access_token, keys, rules)).payload).toMatchObject(who);
      expect((await jwtVerify(tokens.id_token, keys)).payload).toMatchObject(who);

      const renewal = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
      expect((await redeem(renewal)).status).toBe(200);
      expect((await redeem(renewal)).status).toBe(400);
    });

    it('logs out by a page that needs nothing of other hosts', async () => {
      const { page } = await visit(`${issuer.url}/session/end?client_id=lianban-web`);
      const text = await page!.text();
      expect(text).toContain('name="logout" value="yes"');
      expect(text).not.toMatch(/https:\/\//);
      const wrong = await visit(authorize({ redirect_uri: 'https://elsewhere.example/' }));
      expect(wrong.page!.status).toBe(400);
      expect(await wrong.page!.text()).not.toMatch(/src=|@import/);
    });

    it('answers a login that it does not know with a page', async () => {
      const { page } = await visit(`${issuer.url}/login/unknown`);
      expect(page!.status).toBe(400);
      expect(await page!.text()).toContain('登录已过期');
    });
  });

  it('says that its port is taken', async () => {
    const port = Number(new URL(issuer.url).port);
    await expect(startIssuer({ port, audience: 'lianban', accounts, folder })).rejects.toThrow(/EADDRINUSE/);
  });
});
