import { randomUUID } from 'node:crypto';
import { AdapterFixture, aDesiredState } from '@lianban/testing';

const OPERATOR = { role: 'operator', sub: 'operator-qin' };

describe('an operator of a service', () => {
  let world: AdapterFixture;
  beforeAll(
    async () => (world = await AdapterFixture.open({ utility: 'gas', providers: ['jinan-gas', 'zibo-gas'] })),
  );
  afterAll(() => world.close());

  const call = (method: string, path: string, body?: object) =>
    world.call(method, `ops/adapter-gas/${path}`, OPERATOR, body);

  it('sees what the service handles and what waits', async () => {
    const desired = aDesiredState();
    await world.publishDesired(desired);
    await world.untilPublished(desired.requestId, { delivered: true });
    const { status, body } = await call('GET', 'summary');
    expect([status, body]).toMatchObject([
      200,
      {
        handled: [{ topic: 'jobs.gas', perSecond: expect.any(Number) }],
        unsent: expect.any(Number),
        parked: 0,
        oldestUnreadSeconds: null,
      },
    ]);
    expect((body.handled as unknown as { perSecond: number }[])[0]!.perSecond).toBeGreaterThan(0);
  });

  it('leaves a trace of what was done, and of nothing that was refused or only looked at', async () => {
    await call('POST', 'providers/zibo-gas/pause');
    await call('POST', 'providers/nobody/pause');
    await call('POST', `operations/${randomUUID()}/retry`);
    await call('POST', 'calendar', { year: 2027, off: ['01-01'], makeUp: [] });
    const notice = { year: 2027, off: ['01-01..01-03'], makeUp: [] };
    await call('POST', 'calendar', { ...notice, checkOnly: true });
    await call('POST', 'providers/zibo-gas/resume');
    await call('GET', 'providers');
    const { body } = await call('GET', 'acts');
    expect(body).toMatchObject({
      acts: [
        { operator: 'operator-qin', act: 'providers/:provider/resume', parameters: { provider: 'zibo-gas' } },
        { operator: 'operator-qin', act: 'providers/:provider/pause', parameters: { provider: 'zibo-gas' } },
      ],
    });
    expect(body.acts).toHaveLength(2);
    expect((await world.call('GET', 'ops/adapter-gas/acts', { role: 'clerk', hall: 'lixia' })).status).toBe(
      403,
    );
  });
});
