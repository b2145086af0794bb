import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobDesired } from '@lianban/contracts';
import { AdapterFixture, aDesiredState, eventually } from '@lianban/testing';
import { Webhook } from 'standardwebhooks';

const aSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const [OLD, NEW, ONLY, FOREIGN] = [aSecret(), aSecret(), aSecret(), aSecret()] as const;

describe('a provider’s secret that is being changed', () => {
  const calls: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    calls.push({ headers: request.headers, body });
    response.end('{"outcome":"taken"}');
  });
  let world: AdapterFixture;
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    world = await AdapterFixture.open({
      utility: 'gas',
      providersUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      env: { PROVIDER_SECRETS: JSON.stringify({ 'zibo-gas': [NEW, OLD], 'jinan-gas': ONLY }) },
    });
  });
  afterAll(async () => {
    await world.close();
    server.closeAllConnections();
    server.close();
  });

  async function placed(provider = 'zibo-gas'): Promise<JobDesired> {
    const desired = aDesiredState({ provider });
    await world.publishDesired(desired);
    await world.untilPublished(desired.requestId, { delivered: true });
    return desired;
  }

  const holds = (secret: string, { requestId }: JobDesired): boolean => {
    const { headers, body } = calls.findLast((call) => call.body.includes(requestId))!;
    try {
      new Webhook(secret).verify(body, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  };

  const report = ({ requestId }: JobDesired, secret: string, provider = 'zibo-gas') =>
    world.post(
      provider,
      { placement: world.nameOf(requestId), at: new Date().toISOString(), state: 'accepted' },
      { secret },
    );

  const secretsOf = async (provider: string) => {
    const { status, body } = await world.operator('GET', `providers/${provider}/secrets`);
    return { status, secrets: body.secrets as { isNewest: boolean; lastUsedAt: string; endedAt: string }[] };
  };

  it('signs what we send with both, so that he may check with either', async () => {
    const desired = await placed();
    expect([holds(NEW, desired), holds(OLD, desired), holds(FOREIGN, desired)]).toEqual([true, true, false]);
    const other = await placed('jinan-gas');
    expect([holds(ONLY, other), holds(NEW, other)]).toEqual([true, false]);
  });

  it('lets him sign with either, or with both', async () => {
    const desired = await placed();
    for (const secret of [OLD, NEW]) expect(await report(desired, secret)).toEqual({ status: 202 });
    expect(await report(desired, FOREIGN)).toEqual({ status: 401, code: 'bad-signature' });
    const body = JSON.stringify({ placement: world.nameOf(desired.requestId), at: new Date().toISOString() });
    const at = new Date();
    const both = [FOREIGN, OLD].map((secret) => new Webhook(secret).sign('both', at, body)).join(' ');
    const headers = { 'webhook-signature': both };
    expect(await world.post('zibo-gas', body, { id: 'both', at, headers })).toEqual({ status: 202 });
  });

  it('shows an operator when the old one was last used, and never a secret', async () => {
    const desired = await placed();
    await report(desired, OLD);
    const { secrets } = await secretsOf('zibo-gas');
    expect(secrets).toMatchObject([
      { isNewest: true, endedAt: null },
      { isNewest: false, lastUsedAt: expect.any(String), endedAt: null },
    ]);
    for (const secret of [OLD, NEW]) expect(JSON.stringify(secrets)).not.toContain(secret.slice(6, 20));
    expect(await secretsOf('jinan-gas')).toMatchObject({ secrets: [{ isNewest: true }] });
    expect(await secretsOf('jinan-heat')).toMatchObject({ status: 404 });
  });

  it('ends when an operator says so: the old one is refused, and we sign with the new one alone', async () => {
    const end = (provider: string) => world.operator('POST', `providers/${provider}/secrets/end-previous`);
    expect(await end('jinan-gas')).toMatchObject({ status: 409, body: { code: 'no-previous-secret' } });
    expect(await end('nobody-gas')).toMatchObject({ status: 404 });
    expect(await end('zibo-gas')).toEqual({ status: 204, body: {} });
    expect(await end('zibo-gas')).toEqual({ status: 204, body: {} });
    const desired = await placed();
    expect(await report(desired, OLD)).toEqual({ status: 401, code: 'bad-signature' });
    expect(await report(desired, NEW)).toEqual({ status: 202 });
    await eventually(async () => expect(holds(OLD, await placed())).toBe(false));
    expect(holds(NEW, desired)).toBe(true);
    expect((await secretsOf('zibo-gas')).secrets[1]).toMatchObject({ endedAt: expect.any(String) });
  });

  it('that another instance has ended is ended here too', async () => {
    await world.query('update provider_secret set ended_at = null');
    const desired = await placed();
    expect(await report(desired, OLD)).toEqual({ status: 202 });
    await world.query('update provider_secret set ended_at = now()');
    expect(await report(desired, OLD)).toEqual({ status: 401, code: 'bad-signature' });
    await eventually(async () => expect(holds(OLD, await placed())).toBe(false));
  });
});

describe('a provider’s secret in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-secrets-'));
  const write = (...secrets: string[]): void =>
    writeFileSync(join(folder, 'zibo-gas'), secrets.map((secret) => `${secret}\n`).join(''));
  let world: AdapterFixture;
  beforeAll(async () => {
    write(OLD);
    writeFileSync(join(folder, 'jinan-gas'), ONLY);
    world = await AdapterFixture.open({
      utility: 'gas',
      env: { PROVIDER_SECRETS: '', PROVIDER_SECRETS_DIR: folder },
    });
  });
  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true });
  });

  const report = (secret: string) =>
    world.post(
      'zibo-gas',
      { placement: 'none', at: new Date().toISOString(), state: 'accepted' },
      { secret },
    );

  it('is changed without a restart', async () => {
    expect((await report(OLD)).status).not.toBe(401);
    expect((await report(NEW)).status).toBe(401);
    write(NEW, OLD);
    await eventually(async () => expect((await report(NEW)).status).not.toBe(401));
    expect((await report(OLD)).status).not.toBe(401);
  });
});
