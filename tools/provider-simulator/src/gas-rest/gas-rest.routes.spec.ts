import { randomUUID } from 'node:crypto';
import { eventually } from '@lianban/testing';
import { demoSecret } from '../demo-secret.js';
import { SimulatorFixture } from '../simulator-fixture.mother.js';

const SECRET = demoSecret('lianban-demo', 'jinan-gas');

interface Listed {
  asOf: string;
  workOrders: { orderNo: string; externalNo: string; status: string; updatedAt: string }[];
}

describe('a simulated gas company', () => {
  let fixture: SimulatorFixture;
  beforeAll(async () => (fixture = await SimulatorFixture.open()));
  afterEach(() => fixture.control('DELETE', '/control/faults'));
  afterAll(() => fixture.close());

  const askToken = (secret: string, clientId = 'lianban') =>
    fetch(`${fixture.url}/jinan-gas/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret,
      }),
    });
  const aToken = async (): Promise<string> =>
    ((await (await askToken(SECRET)).json()) as { access_token: string }).access_token;
  const call = async (token: string, path: string, body?: object): Promise<[number, never]> => {
    const answer = await fetch(`${fixture.url}/jinan-gas/api/v1/work-orders${path}`, {
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return [answer.status, (await answer.json()) as never];
  };
  const anApplication = () => ({
    ...{ externalNo: `${randomUUID()}:gas:1`, operationNo: randomUUID(), promisedDate: '2026-12-01' },
    ...{ matter: 'GAS_NEW', registeredAt: '2026-11-02T01:00:00Z', materials: [], answers: [], fields: {} },
  });

  it.each([
    ['another secret', 'other', 'lianban'],
    ['another id', SECRET, 'somebody'],
  ])('gives no token for %s', async (_, secret, id) => {
    const answer = await askToken(secret, id);
    expect([answer.status, await answer.json()]).toEqual([401, { error: 'invalid_client' }]);
  });

  it('accepts its tokens alone, for as long as they live and it runs', async () => {
    const token = await aToken();
    const since = `?updatedSince=${new Date().toISOString()}`;
    expect((await call('made-up', since))[0]).toBe(401);
    expect((await call(token, since))[0]).toBe(200);
    await fixture.setFaults('jinan-gas', { tokenMs: 0 });
    expect((await call(token, since))[0]).toBe(401);
    await fixture.control('DELETE', '/control/faults');
    await fixture.start();
    expect((await call(token, since))[0]).toBe(401);
  });

  it('knows no change of more than a month ago, and no time without an offset', async () => {
    const token = await aToken();
    expect((await call(token, '?updatedSince=2001-01-01T00:00:00Z'))[0]).toBe(410);
    expect((await call(token, '?updatedSince=2026-11-28'))[0]).toBe(400);
  });

  it('takes an application, and lists it page by page, also after a restart', async () => {
    let token = await aToken();
    const since = new Date().toISOString();
    const applications = [anApplication(), anApplication(), anApplication()];
    for (const application of applications) expect((await call(token, '', application))[0]).toBe(201);
    await fixture.start();
    token = await aToken();
    await eventually(async () => {
      const names: string[] = [];
      let position = `?updatedSince=${since}&limit=2`;
      for (let page = 0; page < 3; page++) {
        const [, { workOrders }] = (await call(token, position)) as [number, Listed];
        names.push(...workOrders.map(({ externalNo, status }) => `${externalNo} ${status}`));
        const last = workOrders.at(-1);
        if (last)
          position = `?updatedSince=${encodeURIComponent(last.updatedAt)}&after=${last.orderNo}&limit=2`;
      }
      expect(names.sort()).toEqual(applications.map(({ externalNo }) => `${externalNo} COMPLETED`).sort());
    });
  });

  it.each([
    ['no number of ours', { externalNo: 'G-1' }],
    ['no operation', { operationNo: undefined }],
  ])('does not take an application with %s', async (_, wrong) => {
    expect((await call(await aToken(), '', { ...anApplication(), ...wrong }))[0]).toBe(400);
  });
});
