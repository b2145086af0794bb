import { randomUUID } from 'node:crypto';
import { AdapterFixture, aDesiredState, SimulatorProcess } from '@lianban/testing';
import { Webhook } from 'standardwebhooks';

interface Options {
  method?: string;
  id?: string;
  at?: Date;
  secret?: string;
}

describe('what a provider has not taken', () => {
  let world: AdapterFixture;
  beforeAll(
    async () => (world = await AdapterFixture.open({ utility: 'gas', providers: ['jinan-gas', 'zibo-gas'] })),
  );
  afterEach(() => world.simulator.clearFaults());
  afterAll(() => world.close());

  /** As a provider calls: signed over an empty body. */
  async function call(provider: string, path: string, options: Options = {}) {
    const { method = 'GET', id = randomUUID(), at = new Date() } = options;
    const { secret = SimulatorProcess.secretOf(provider) } = options;
    const answer = await fetch(`${world.address}/v1/providers/${provider}/operations${path}`, {
      method,
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': new Webhook(secret).sign(id, at, ''),
      },
    });
    const text = await answer.text();
    return { status: answer.status, ...(text && { body: JSON.parse(text) as object }) };
  }

  async function parked(provider = 'zibo-gas'): Promise<{ requestId: string; id: string }> {
    await world.simulator.setFaults(provider, { failWith: 500 });
    const desired = aDesiredState({ provider });
    const { requestId } = desired;
    await world.publishDesired(desired);
    await world.untilPublished(requestId, { operation: { delivery: 'parked' } });
    const [row] = await world.query<{ id: string }>('select id from operation where request_id = $1', [
      requestId,
    ]);
    return { requestId, id: row!.id };
  }

  const resend = (provider: string, id: string, options: Options = {}) =>
    call(provider, `/${id}/resend`, { method: 'POST', id, ...options });

  it('is listed for it alone, with why, and without anything of the applicant', async () => {
    const { requestId, id } = await parked();
    const { status, body } = await call('zibo-gas', '');
    expect(status).toBe(200);
    expect(body).toEqual({
      operations: [
        {
          ...{ id, requestId, attempt: 1, kind: 'place', state: 'parked', tries: 4 },
          ...{ since: expect.any(String), lastError: expect.stringContaining('500') },
        },
      ],
      hasMore: false,
    });
    expect(await call('jinan-gas', '')).toEqual({ status: 200, body: { operations: [], hasMore: false } });
  });

  it('is sent again when the provider wishes it, and is listed no more', async () => {
    const { requestId, id } = await parked();
    await world.simulator.clearFaults();
    expect(await resend('zibo-gas', id)).toEqual({ status: 202 });
    await world.untilPublished(requestId, { delivered: true });
    expect(await world.simulator.effects({ operation: id })).toBe(1);
    expect(await resend('zibo-gas', id)).toMatchObject({
      status: 409,
      body: { code: 'operation-not-parked' },
    });
    const { body } = await call('zibo-gas', '');
    expect(body).not.toMatchObject({ operations: expect.arrayContaining([expect.objectContaining({ id })]) });
  });

  it('is shown and sent to nobody else', async () => {
    const { id } = await parked();
    const refused = { status: 401, body: { code: 'bad-signature' } };
    const secret = SimulatorProcess.secretOf('jinan-gas');
    expect(await call('zibo-gas', '', { secret })).toMatchObject(refused);
    expect(await resend('zibo-gas', id, { secret })).toMatchObject(refused);
    expect(await resend('jinan-gas', id)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await resend('nobody', id)).toMatchObject({ status: 404 });
  });

  it('is sent again by a signature for this operation alone, which is not old', async () => {
    const { id } = await parked();
    const at = new Date(Date.now() - 10 * 60_000);
    expect(await call('zibo-gas', `/${id}/resend`, { method: 'POST' })).toMatchObject({
      status: 401,
      body: { code: 'bad-signature' },
    });
    expect(await resend('zibo-gas', id, { at })).toMatchObject({
      status: 401,
      body: { code: 'report-too-old' },
    });
  });

  it('is listed as far as a hundred, the oldest first', async () => {
    await world.query(`
      insert into operation (id, request_id, attempt, seq, provider, kind, version, dossier_version, promised_date, status,
        outcome_unknown, since, tries, next_at)
      select gen_random_uuid(), gen_random_uuid(), 1, 1, 'jinan-gas', 'place', 1, 1, '2026-12-01', 'parked', false,
        now() - n * interval '1 minute', 4, 'infinity' from generate_series(1, 101) n`);
    const { body } = await call('jinan-gas', '');
    const { operations, hasMore } = body as { operations: { since: string }[]; hasMore: boolean };
    expect(operations).toHaveLength(100);
    expect(hasMore).toBe(true);
    expect(operations.map(({ since }) => since)).toEqual(operations.map(({ since }) => since).toSorted());
  });
});
