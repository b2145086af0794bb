import { createServer, type Server } from 'node:http';
import type { JobDesired } from '@lianban/contracts';
import { AdapterFixture, aDesiredState, eventually, LoopbackServer } from '@lianban/testing';

const PROVIDERS = ['jinan-gas', 'zibo-gas'];

/** A provider that answers every operation with this, and counts what it is told. */
class Scripted extends LoopbackServer {
  answer: (operation: string) => string = () => '{"outcome":"taken"}';
  readonly calls: string[] = [];
  protected readonly server: Server = createServer((request, response) => {
    const id = String(request.headers['webhook-id']);
    this.calls.push(`${request.method} ${id}`);
    request.resume().on('end', () => response.end(this.answer(id)));
  });
}

describe('what a provider sends', () => {
  const provider = new Scripted();
  let world: AdapterFixture;
  beforeAll(async () => {
    const providersUrl = await provider.open();
    world = await AdapterFixture.open({ utility: 'gas', providers: PROVIDERS, providersUrl });
  });
  afterAll(async () => {
    await world.close();
    provider.close();
  });
  afterEach(() => (provider.answer = () => '{"outcome":"taken"}'));

  async function placed(desired = aDesiredState()): Promise<JobDesired> {
    await world.publishDesired(desired);
    await world.untilPublished(desired.requestId, { delivered: true });
    return desired;
  }

  const about = ({ requestId }: JobDesired, more: object = {}) => ({
    placement: world.nameOf(requestId),
    at: new Date().toISOString(),
    state: 'accepted',
    ...more,
  });

  const findingsOf = async ({ requestId }: JobDesired): Promise<string[]> => {
    const rows = await world.query<{ kind: string }>(
      'select kind from finding where request_id = $1 and closed_at is null order by kind',
      [requestId],
    );
    return rows.map(({ kind }) => kind);
  };

  describe('in a report that is posted', () => {
    it.each([
      '2026-11-27T20:10:00+08',
      '2026-11-27 20:10:00',
      '2026-11-27T20:10:00',
      '2026-11-27',
      '2026-W48-5',
      '+012026-11-27T20:10:00Z',
      '0001-01-01T00:00:00+08:00',
    ])('a time like %p is refused with a named mistake, and the job goes on', async (at) => {
      const desired = await placed();
      expect(await world.post('zibo-gas', about(desired, { at, stage: 'ACCEPT' }))).toMatchObject({
        status: 422,
        code: 'invalid-form',
        errors: [{ pointer: '/at', code: 'not-an-instant' }],
      });
      expect(await world.post('zibo-gas', about(desired, { stage: 'ACCEPT' }))).toEqual({ status: 202 });
      await world.untilPublished(desired.requestId, { state: 'accepted' });
    });

    it.each(['1e400', '9007199254740993', '-1', '1.5', '1e300'])(
      'a sequence of %s, which no counter has, is refused with a named mistake',
      async (sequence) => {
        const desired = await placed();
        const body = JSON.stringify(about(desired, { sequence: 'N' })).replace('"N"', sequence);
        expect(await world.post('zibo-gas', body)).toMatchObject({
          status: 422,
          errors: [{ pointer: '/sequence' }],
        });
      },
    );

    it.each(['12abc', '9'.repeat(400), '1e9', ' ', '0x10', '-5'])(
      'the time of a signature that reads %p is refused as a bad signature',
      async (timestamp) => {
        const desired = await placed();
        const headers = { 'webhook-timestamp': timestamp };
        expect(await world.post('zibo-gas', about(desired), { headers })).toEqual({
          status: 401,
          code: 'bad-signature',
        });
      },
    );

    it('a signature’s time with letters behind it is refused, though the rest is signed', async () => {
      const desired = await placed();
      const headers = { 'webhook-timestamp': `${Math.floor(Date.now() / 1000)}abc` };
      expect(await world.post('zibo-gas', about(desired), { headers })).toMatchObject({
        code: 'bad-signature',
      });
    });

    it('an id that is longer than we keep is not taken for another that begins alike', async () => {
      const desired = await placed();
      const long = 'r'.repeat(200);
      expect(await world.post('zibo-gas', about(desired), { id: `${long}1` })).toEqual({ status: 202 });
      const next = about(desired, { state: 'in-progress' });
      expect(await world.post('zibo-gas', next, { id: `${long}2` })).toEqual({ status: 202 });
      expect(await world.post('zibo-gas', next, { id: `${long}2` })).toMatchObject({ status: 409 });
      await world.untilPublished(desired.requestId, { state: 'in-progress' });
    });

    it.each(['id with spaces', 'ä', '%00', "'; drop table report", '\u00ff'])(
      'the odd id %p does no harm',
      async (id) => {
        const desired = await placed();
        expect((await world.post('zibo-gas', about(desired), { id })).status).not.toBe(500);
      },
    );

    it('a time far ahead of ours shadows no later report, and is seen by an operator', async () => {
      const desired = await placed();
      const ahead = new Date(Date.now() + 400 * 86_400_000).toISOString();
      await world.post('zibo-gas', about(desired, { at: ahead, stage: 'ACCEPT' }));
      const told = await world.untilPublished(desired.requestId, { state: 'accepted' });
      expect(Date.parse(told.stages[0]!.at)).toBeLessThanOrEqual(Date.now());
      await world.post('zibo-gas', about(desired, { state: 'in-progress' }));
      await world.untilPublished(desired.requestId, { state: 'in-progress' });
      expect(await findingsOf(desired)).toEqual(['wrong-clock']);
    });
  });

  describe('in an answer to an operation', () => {
    const isDone = async ({ requestId }: JobDesired, status: string): Promise<void> =>
      eventually(async () => {
        const [row] = await world.query<{ status: string; owner: string | null }>(
          'select status, owner from operation where request_id = $1 order by seq desc limit 1',
          [requestId],
        );
        expect(row).toMatchObject({ status, owner: status === 'parked' ? 'operator' : null });
      });

    it.each(['2026-11-27T20:10:00+08', '2026-11-27 20:10:00', 'yesterday'])(
      'a time like %p parks the operation with an owner instead of asking for ever',
      async (at) => {
        provider.answer = () =>
          JSON.stringify({ outcome: 'taken', report: { at, state: 'accepted', stage: 'ACCEPT' } });
        const desired = aDesiredState();
        await world.publishDesired(desired);
        await isDone(desired, 'parked');
        const before = provider.calls.length;
        expect(before).toBeGreaterThan(0);
      },
    );

    it.each([
      ['NUL', '\\u0000'],
      ['half a pair of surrogates', '\\ud83d'],
    ])('%s in its text and number is replaced, and the operation is delivered', async (_, odd) => {
      const report = { at: new Date().toISOString(), state: 'accepted', text: 'T', stage: 'ACCEPT' };
      provider.answer = () =>
        JSON.stringify({ outcome: 'taken', reference: 'G-T', report }).replaceAll('T"', `${odd}"`);
      const desired = aDesiredState();
      await world.publishDesired(desired);
      await isDone(desired, 'delivered');
      await world.untilPublished(desired.requestId, { state: 'accepted', reference: 'G-\uFFFD' });
    });

    it('a text that is cut inside a character is stored all the same', async () => {
      const text = `${'x'.repeat(499)}😀`;
      const reference = `${'r'.repeat(63)}😀`;
      const report = { at: new Date().toISOString(), state: 'accepted', text };
      provider.answer = () => JSON.stringify({ outcome: 'taken', reference, report });
      const desired = await placed();
      await world.untilPublished(desired.requestId, { state: 'accepted', reference: 'r'.repeat(63) });
    });

    it('more than 64 kB is no answer, and parks the operation with an owner', async () => {
      provider.answer = () => JSON.stringify({ outcome: 'taken', more: 'x'.repeat(70_000) });
      const desired = aDesiredState();
      await world.publishDesired(desired);
      await isDone(desired, 'parked');
    });

    it('that we cannot store parks the operation with an owner, and an operator can have it tried again', async () => {
      await world.query(`create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'not this' using errcode = '22023'; end $$`);
      const desired = aDesiredState();
      await world.query(`create trigger refuse before update on operation for each row
        when (new.status = 'delivered' and new.request_id = '${desired.requestId}') execute function refuse()`);
      await world.publishDesired(desired);
      await isDone(desired, 'parked');
      await world.query('drop trigger refuse on operation; drop function refuse');
      const { body } = await world.operator('GET', 'operations/parked');
      const operations = body.operations as { id: string; requestId: string; lastError: string }[];
      const { id, lastError } = operations.find(({ requestId }) => requestId === desired.requestId)!;
      expect(lastError).toContain('22023');
      expect((await world.operator('POST', `operations/${id}/retry`)).status).toBe(202);
      await isDone(desired, 'delivered');
    });
  });

  it('is the same whether posted or answered: what we do not know is left out, what is too long is cut', async () => {
    const report = {
      at: new Date().toISOString(),
      state: 'in-progress',
      stage: 'SURVEY',
      colour: 'red',
      text: 'x'.repeat(600),
      reference: 'r'.repeat(80),
    };
    const posted = await placed();
    expect(await world.post('zibo-gas', { ...about(posted), ...report })).toEqual({ status: 202 });
    provider.answer = () => JSON.stringify({ outcome: 'taken', report });
    const answered = await placed();
    for (const desired of [posted, answered]) {
      const { reference } = await world.untilPublished(desired.requestId, { state: 'in-progress' });
      expect(reference).toBe('r'.repeat(64));
    }
  });

  it('with NUL, half a character or a forbidden key keeps its state when it is posted', async () => {
    const desired = await placed();
    const body = JSON.stringify(about(desired, { text: 'T' })).replace(
      '"T"',
      '"\\u0000\\ud83d","__proto__":{}',
    );
    expect(await world.post('zibo-gas', body)).toEqual({ status: 202 });
    await world.untilPublished(desired.requestId, { state: 'accepted' });
  });

  it.each([
    ['unknown-stage', { state: 'in-progress', stage: 'SURVEYY' }],
    ['unknown-stage', { state: 'in-progress', stage: '现场勘察' }],
    ['unknown-reason', { state: 'held', reason: 'because' }],
    ['unknown-reason', { state: 'held', reason: 'arrears' }],
    ['unknown-item', { state: 'waiting', reason: 'arrears', correction: { items: ['ID_CARD', 'ODD'] } }],
    ['unknown-item', { state: 'waiting', reason: 'arrears', correction: { items: ['fields.heatedArea'] } }],
    ['unknown-holder', { state: 'held', reason: 'permit', holder: 'neighbour' }],
    ['due-date-out-of-range', { state: 'held', reason: 'permit', dueDate: '2026-02-31' }],
    ['due-date-out-of-range', { state: 'held', reason: 'permit', dueDate: '2025-12-04' }],
    [
      'due-date-out-of-range',
      { state: 'waiting', reason: 'arrears', correction: { items: ['ID_CARD'], dueDate: '2025-12-04' } },
    ],
  ])('with a code that nobody knows keeps its state and is one finding: %s in %p', async (kind, report) => {
    const desired = await placed();
    for (const at of [new Date(), new Date(Date.now() + 1_000)])
      expect(await world.post('zibo-gas', { ...about(desired), ...report, at: at.toISOString() })).toEqual({
        status: 202,
      });
    const { holderDeadline } = await world.untilPublished(desired.requestId, { state: report.state });
    expect(await findingsOf(desired)).toEqual([kind]);
    if (report.state !== 'in-progress')
      expect(holderDeadline! > new Date().toISOString().slice(0, 10)).toBe(true);
  });

  it('of a mad provider is a few statuses and one finding; when the hour is over it stands as it was last', async () => {
    const desired = await placed();
    const toggle = (sequence: number) =>
      about(desired, { sequence, state: sequence % 2 ? 'in-progress' : 'waiting', reason: 'arrears' });
    for (let sequence = 1; sequence <= 61; sequence++)
      expect(await world.post('zibo-gas', toggle(sequence))).toEqual({ status: 202 });
    expect((await world.published(desired.requestId)).length).toBeLessThanOrEqual(23);
    const states = (await world.published(desired.requestId)).map(({ state }) => state);
    const changes = states.filter((state, at) => state !== states[at - 1]);
    expect(changes.length).toBeLessThanOrEqual(22);
    expect(states.at(-1)).toBe('waiting');
    expect(await findingsOf(desired)).toEqual(['too-many-reports']);
    const [{ count }] = (await world.query<{ count: number }>(
      `select count(*)::int from report where request_id = $1 and not_applied = 'too-many'`,
      [desired.requestId],
    )) as [{ count: number }];
    expect(count).toBeGreaterThan(15);
    await world.query(
      `update placement set deferred_until = now(), changes_since = '2026-01-01T00:00:00.000Z' where request_id = $1`,
      [desired.requestId],
    );
    await world.untilPublished(desired.requestId, { state: 'in-progress' });
    expect(await world.post('zibo-gas', about(desired, { sequence: 62, state: 'completed' }))).toEqual({
      status: 202,
    });
    await world.untilPublished(desired.requestId, { state: 'completed' });
  });

  it('and a finding that was closed is opened again where it happens again', async () => {
    const desired = await placed();
    const odd = () => about(desired, { stage: 'ODD', at: new Date().toISOString() });
    await world.post('zibo-gas', odd());
    await world.query('update finding set closed_at = now() where request_id = $1', [desired.requestId]);
    expect(await findingsOf(desired)).toEqual([]);
    await world.post('zibo-gas', odd());
    expect(await findingsOf(desired)).toEqual(['unknown-stage']);
  });
});
