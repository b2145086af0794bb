import { randomUUID } from 'node:crypto';
import { shanghaiDate } from '@lianban/catalogue';
import type { JobDesired } from '@lianban/contracts';
import type { JobInFull } from './workbench/find-job.js';
import { AdapterFixture, aDesiredState, nextDesiredState } from '@lianban/testing';

const LI = { role: 'officer', provider: 'zibo-heat', sub: 'officer-li' };
const WANG = { ...LI, sub: 'officer-wang' };
const STRANGER = { ...LI, provider: 'jinan-heat', sub: 'officer-zhao' };

/** A day of the real calendar, which is what the adapter goes by. */
const inDays = (days: number): string => shanghaiDate(new Date(Date.now() + days * 86_400_000));

describe('the workbench', () => {
  let world: AdapterFixture;
  beforeAll(
    async () =>
      (world = await AdapterFixture.open({ utility: 'heat', providers: ['jinan-heat', 'zibo-heat'] })),
  );
  afterAll(() => world.close());

  const heat = (changes: Partial<JobDesired> = {}) =>
    aDesiredState({ utility: 'heat', provider: 'zibo-heat', ...changes }, { matter: 'HEAT_NEW' });

  async function placed(desired = heat()): Promise<JobDesired> {
    await world.publishDesired(desired);
    await world.untilPublished(desired.requestId, { delivered: true });
    return desired;
  }

  const act = (officer: object, { requestId }: { requestId: string }, what: string, body: object = {}) =>
    world.call('POST', `workbench/heat/jobs/${requestId}/${what}`, officer as Record<string, unknown>, body);
  const done = { status: 204, body: {} };
  const refused = (status: number, code: string) => ({ status, body: { code } });

  async function claimed(): Promise<JobDesired> {
    const desired = await placed();
    expect(await act(LI, desired, 'claim')).toEqual(done);
    return desired;
  }

  const list = async (after?: string, officer: Record<string, unknown> = LI) => {
    const { status, body } = await world.call(
      'GET',
      `workbench/heat/jobs${after === undefined ? '' : `?after=${encodeURIComponent(after)}`}`,
      officer,
    );
    return {
      status,
      ...(body as { jobs: { requestId: string; urgentOn: string }[]; next?: string; code?: string }),
    };
  };

  describe('the list', () => {
    it('has the open jobs of the own provider, the most urgent first, page by page', async () => {
      const dates = Array.from({ length: 60 }, (_, at) => `2026-0${1 + (at % 9)}-${10 + (at % 19)}`);
      const desiredStates = dates.map((promisedDate) => heat({ promisedDate }));
      const others = heat({ provider: 'jinan-heat' });
      await world.publishDesired(others, ...desiredStates);
      for (const { requestId } of desiredStates) await world.untilPublished(requestId, { delivered: true });
      const seen = [];
      for (let page = await list(); ; page = await list(page.next)) {
        expect(page.status).toBe(200);
        seen.push(...page.jobs);
        if (!page.next) break;
      }
      const ids = seen.map(({ requestId }) => requestId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining(desiredStates.map(({ requestId }) => requestId)));
      expect(ids).not.toContain(others.requestId);
      const days = seen.map(({ urgentOn }) => urgentOn);
      expect(days).toEqual(days.toSorted());
    });

    it.each([
      'elsewhere',
      '',
      '2026-02-31_0193a1b2-0000-7000-8000-000000000001',
      '2026-13-01_0193a1b2-0000-7000-8000-000000000001',
      '2026-12-01_------------------------------------',
      "2026-12-01_0193a1b2-0000-7000-8000-000000000001' or '1",
    ])('refuses the cursor "%s"', async (cursor) => {
      expect(await list(cursor)).toMatchObject({ status: 400, code: 'bad-cursor' });
    });

    it('shows the officer no code without its label', async () => {
      const desired = await claimed();
      const correction = { reason: 'material-missing', items: ['fields.heatedArea', 'PROPERTY_CERT'] };
      expect(await act(LI, desired, 'correction', correction)).toEqual(done);
      const { status, body } = await world.call('GET', `workbench/heat/jobs/${desired.requestId}`, LI);
      expect([status, body]).toMatchObject([
        200,
        {
          shown: {
            matter: expect.stringMatching(/^\p{Script=Han}+/u),
            state: '待申请人办理',
            reason: '材料不齐全',
            asked: [
              { code: 'fields.heatedArea', name: '供热面积' },
              { code: 'PROPERTY_CERT', name: '不动产权证书（或购房合同）' },
            ],
          },
        },
      ]);
      const shown = [];
      for (let page = await list(); ; page = await list(page.next)) {
        shown.push(...page.jobs.filter(({ requestId }) => requestId === desired.requestId));
        if (!page.next) break;
      }
      expect(shown).toMatchObject([{ shown: { state: '待申请人办理', reason: '材料不齐全' } }]);
    });

    it('is for officers alone', async () => {
      expect(await list(undefined, { role: 'clerk', hall: 'lixia' })).toMatchObject({ status: 403 });
    });
  });

  describe('a claim', () => {
    it('is won by one of two officers at once', async () => {
      const desired = await placed();
      const answers = await Promise.all([act(LI, desired, 'claim'), act(WANG, desired, 'claim')]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
      expect(answers.find(({ status }) => status === 409)).toMatchObject(refused(409, 'held-by-colleague'));
    });

    it('taken twice is one claim', async () => {
      const desired = await claimed();
      expect(await act(LI, desired, 'claim')).toEqual(done);
    });

    it('can be taken by a colleague once it is released, and released by its holder alone', async () => {
      const desired = await claimed();
      expect(await act(WANG, desired, 'release')).toMatchObject(refused(409, 'held-by-colleague'));
      expect(await act(LI, desired, 'release')).toEqual(done);
      expect(await act(LI, desired, 'release')).toMatchObject(refused(409, 'not-claimed'));
      expect(await act(WANG, desired, 'claim')).toEqual(done);
    });

    it('is needed to act', async () => {
      const desired = await placed();
      expect(await act(LI, desired, 'accept')).toMatchObject(refused(409, 'not-claimed'));
    });

    it('keeps colleagues from acting', async () => {
      const desired = await claimed();
      expect(await act(WANG, desired, 'accept')).toMatchObject(refused(409, 'held-by-colleague'));
      expect((await world.published(desired.requestId)).at(-1)!.state).toBe('placed');
    });

    it('outlives what is told of the job meanwhile', async () => {
      const desired = await claimed();
      await world.publishDesired(nextDesiredState(desired, {}, { fields: { usage: 'commercial' } }));
      await world.untilPublished(desired.requestId, {
        operation: { kind: 'correct', delivery: 'delivered' },
      });
      expect(await act(WANG, desired, 'claim')).toMatchObject(refused(409, 'held-by-colleague'));
      expect(await act(LI, desired, 'accept')).toEqual(done);
    });
  });

  describe('a job', () => {
    it('is accepted, taken through its stages and completed', async () => {
      const desired = await claimed();
      await act(LI, desired, 'accept', { reference: 'H-2026-1' });
      await act(LI, desired, 'stage', { stage: 'HEAT_LOAD_CHECK' });
      await world.untilPublished(desired.requestId, {
        state: 'in-progress',
        reference: 'H-2026-1',
        stages: [{ stage: 'HEAT_LOAD_CHECK' }],
      });
      expect(await world.query('select from finding where request_id = $1', [desired.requestId])).toEqual([]);
      expect(await act(LI, desired, 'complete')).toEqual(done);
      await world.untilPublished(desired.requestId, { state: 'completed', accepted: true });
      expect(await act(LI, desired, 'complete')).toMatchObject(refused(409, 'move-not-allowed'));
      expect(await act(LI, desired, 'claim')).toMatchObject(refused(409, 'move-not-allowed'));
    });

    it('can be completed in part', async () => {
      const desired = await claimed();
      await act(LI, desired, 'complete', { partly: true });
      await world.untilPublished(desired.requestId, { state: 'partly-completed' });
    });

    it('is refused with a reason of the catalogue and its legal basis', async () => {
      const desired = await claimed();
      const legalBasis = '《行政许可法》第三十二条';
      for (const body of [{}, { reason: 'arrears' }, { legalBasis }])
        expect(await act(LI, desired, 'refuse', body)).toMatchObject(refused(422, 'invalid-form'));
      for (const reason of ['no-such-reason', 'permit'])
        expect(await act(LI, desired, 'refuse', { reason, legalBasis })).toMatchObject({
          status: 422,
          body: { errors: [{ pointer: '/reason', code: 'unknown-reason' }] },
        });
      expect(await act(LI, desired, 'refuse', { reason: 'arrears', legalBasis, text: '欠费未结清' })).toEqual(
        done,
      );
      await world.untilPublished(desired.requestId, { state: 'refused', reason: 'arrears' });
      const { body } = await world.call('GET', `workbench/heat/jobs/${desired.requestId}`, LI);
      expect(body).toMatchObject({ job: { providerMessage: `${legalBasis}; 欠费未结清` } });
    });

    it('is held with a holder and resumed', async () => {
      const desired = await claimed();
      await act(LI, desired, 'accept');
      await act(LI, desired, 'hold', { reason: 'permit', dueDate: inDays(20) });
      await world.untilPublished(desired.requestId, {
        state: 'held',
        holder: 'authority',
        holderDeadline: inDays(20),
      });
      await act(LI, desired, 'resume');
      await world.untilPublished(desired.requestId, { state: 'in-progress' });
      expect(await act(LI, desired, 'accept')).toMatchObject(refused(409, 'move-not-allowed'));
    });

    it.each(['2025-12-04', inDays(0), inDays(-1), inDays(367), '9999-12-31'])(
      'takes no due date of %s: nobody could act in time, or ever would',
      async (dueDate) => {
        const desired = await claimed();
        await act(LI, desired, 'accept');
        const mistake = { status: 422, body: { errors: [{ pointer: '/dueDate', code: 'wrong-due-date' }] } };
        expect(await act(LI, desired, 'correction', { items: ['PROPERTY_CERT'], dueDate })).toMatchObject(
          mistake,
        );
        expect(await act(LI, desired, 'hold', { reason: 'permit', dueDate })).toMatchObject(mistake);
        expect((await world.published(desired.requestId)).at(-1)).toMatchObject({ state: 'accepted' });
      },
    );

    it('takes no stage that its part does not have, and says which it has', async () => {
      const desired = await claimed();
      for (const stage of ['SURVEYY', 'SURVEY']) {
        const { status, body } = await act(LI, desired, 'stage', { stage });
        expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ pointer: '/stage' }] } });
        expect(JSON.stringify(body)).toContain('HEAT_LOAD_CHECK');
      }
    });

    it('asks for no correction of what there is not, and names each mistake at once', async () => {
      const desired = await claimed();
      const items = ['PROPERTY_CERT', 'ODD', 'fields.usage', 'fields.appliances', 'usage'];
      const form = { items, reason: 'permit', dueDate: '2025-12-04' };
      const { status, body } = await act(LI, desired, 'correction', form);
      const errors = body.errors as { pointer: string; code: string }[];
      expect({ status, errors: errors.map(({ pointer, code }) => `${pointer} ${code}`).toSorted() }).toEqual({
        status: 422,
        errors: [
          '/dueDate wrong-due-date',
          '/items/1 unknown-item',
          '/items/3 unknown-item',
          '/items/4 unknown-item',
          '/reason unknown-reason',
        ],
      });
    });

    it('is found whatever the case of its id', async () => {
      const desired = await placed();
      const shouted = { requestId: desired.requestId.toUpperCase() };
      expect(await act(LI, shouted, 'claim')).toEqual(done);
      expect(await act(LI, shouted, 'accept')).toEqual(done);
      expect((await world.call('GET', `workbench/heat/jobs/${shouted.requestId}`, LI)).status).toBe(200);
    });

    it('waits for a correction, and goes on when it is answered', async () => {
      const desired = await claimed();
      await act(LI, desired, 'accept');
      await act(LI, desired, 'correction', { items: ['PROPERTY_CERT'], reason: 'material-unclear' });
      const { correction } = await world.untilPublished(desired.requestId, {
        state: 'waiting',
        holder: 'applicant',
      });
      expect(correction).toMatchObject({ items: ['PROPERTY_CERT'] });
      const answer = {
        correctionId: correction!.id,
        materials: [{ code: 'PROPERTY_CERT', method: 'paper' as const }],
        fields: {},
        answeredAt: '2026-11-24T01:00:00.000Z',
      };
      await world.publishDesired(nextDesiredState(desired, {}, { answers: [answer] }));
      await world.untilPublished(desired.requestId, {
        state: 'accepted',
        operation: { kind: 'correct', delivery: 'delivered' },
      });
      expect(await act(LI, desired, 'complete')).toEqual(done);
    });

    it('that is withdrawn is let go or kept by its officer', async () => {
      for (const [answer, state] of [
        ['agreed', 'cancelled'],
        ['refused', 'placed'],
      ] as const) {
        const desired = await claimed();
        expect(await act(LI, desired, 'withdrawal', { answer })).toMatchObject(
          refused(409, 'move-not-allowed'),
        );
        await world.publishDesired(nextDesiredState(desired, { cancelReason: 'withdrawn-by-applicant' }));
        await world.untilPublished(desired.requestId, { withdrawal: 'asked' });
        expect(await act(LI, desired, 'withdrawal', { answer })).toEqual(done);
        await world.untilPublished(desired.requestId, { withdrawal: answer, state });
      }
    });

    it('that she gave back is gone when another provider has it, and says which', async () => {
      const desired = await claimed();
      const found = async () =>
        (await world.call('GET', `workbench/heat/jobs/${desired.requestId}`, LI)).body as object as JobInFull;
      const { actions } = await found();
      const { providers } = actions.find(({ action }) => action === 'not-ours')!;
      expect(providers!.map(({ code }) => code)).toContain('jinan-heat');
      expect(await act(LI, desired, 'hold', { reason: 'not-ours' })).toEqual(done);
      expect(await found()).toMatchObject({ job: { state: 'held', holder: 'hall' }, passedTo: null });
      await world.publishDesired(nextDesiredState(desired, { attempt: 2, provider: 'jinan-heat' }));
      await world.untilPublished(desired.requestId, { attempt: 2 });
      expect(await found()).toMatchObject({
        job: { state: 'cancelled', reason: 'rerouted', withdrawal: 'agreed' },
        actions: [],
        passedTo: expect.stringContaining('济南'),
      });
      expect((await list()).jobs.map(({ requestId }) => requestId)).not.toContain(desired.requestId);
    });

    it('that was given to another provider is still let go here', async () => {
      const desired = await claimed();
      await world.publishDesired(nextDesiredState(desired, { attempt: 2, provider: 'jinan-heat' }));
      await world.untilPublished(desired.requestId, { attempt: 2, state: 'completed' });
      expect(await act(LI, desired, 'withdrawal', { answer: 'agreed' })).toEqual(done);
      expect((await list()).jobs.map(({ requestId }) => requestId)).not.toContain(desired.requestId);
    });
  });

  describe('another provider’s officer', () => {
    it('finds no such job, whatever she does', async () => {
      const desired = await claimed();
      const nothing = refused(404, 'not-found');
      expect(await world.call('GET', `workbench/heat/jobs/${desired.requestId}`, STRANGER)).toMatchObject(
        nothing,
      );
      for (const what of ['claim', 'release', 'accept', 'complete'])
        expect(await act(STRANGER, desired, what)).toMatchObject(nothing);
      expect(await act(LI, { requestId: randomUUID() }, 'claim')).toMatchObject(nothing);
    });

    it('whose provider has a system of its own only looks', async () => {
      const desired = heat({ provider: 'jinan-heat' });
      await world.simulator.setFaults('jinan-heat', { reports: 'never' });
      await placed(desired);
      expect((await world.call('GET', `workbench/heat/jobs/${desired.requestId}`, STRANGER)).status).toBe(
        200,
      );
      expect(await act(STRANGER, desired, 'claim')).toMatchObject(refused(409, 'not-on-the-workbench'));
      await world.simulator.clearFaults();
    });
  });
});
