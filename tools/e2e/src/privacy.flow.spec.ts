import { loadCatalogue, personalFields, shanghaiDate } from '@lianban/catalogue';
import { SERVICES, type JobDesired } from '@lianban/contracts';
import { asAdmin } from '@lianban/engines';
import { schemaOf } from '@lianban/service-kit';
import { aRegistration, eventually, RunningStack } from '@lianban/testing';
import type { Client } from 'pg';

const APPLICANT = { name: '欧阳试样', number: '370102199003070016', phone: '13800138000' };

/** Came to the counter; four of the five utilities may know only his name and phone. */
const AGENT = {
  kind: 'person',
  name: '诸葛试办',
  documentType: 'resident-id',
  documentNumber: '370303198511200027',
  phone: '13900139000',
};

/** What of the applicant each topic may carry; a utility's topic what the catalogue lists for it. */
const MAY_CARRY: Record<string, (keyof typeof APPLICANT)[]> = {
  dossiers: ['name', 'number', 'phone'],
  contacts: ['phone'],
  progress: [],
  status: [],
};

/** Rows leave the outboxes when they are sent: what stands in them is copied from now on. */
async function recordPublished(client: Pick<Client, 'query'>): Promise<void> {
  await client.query(`
    create table public.published (topic text not null, body text not null);
    create function public.record_published() returns trigger language plpgsql security definer as $$
      begin
        insert into public.published select new.topic, body from string_to_table(new.bodies, chr(30)) body;
        return null;
      end
    $$`);
  for (const service of SERVICES)
    await client.query(`create trigger record_published after insert on ${schemaOf(service)}.outbox
      for each row execute function public.record_published()`);
}

describe('what is personal', () => {
  let stack: RunningStack;
  beforeAll(async () => {
    stack = await RunningStack.start('standalone', { LOG_LEVEL: 'debug' });
    await asAdmin(await stack.databaseUrl(), recordPublished);
  });
  afterAll(() => stack.stop());

  it('is in no line of the logs, whatever is done', async () => {
    const plain = aRegistration('water', 'electricity', 'gas', 'heat', 'telecom');
    const papers = ['POA', 'AGENT_ID'].map((code) => ({ code, method: 'paper' }));
    const form = { ...plain, agent: AGENT, materials: [...plain.materials, ...papers] };
    await stack.simulator('PUT', '/providers/jinan-water', {
      outcome: 'ask-correction',
      items: ['PROPERTY_CERT'],
    });
    await stack.simulator('PUT', '/providers/jinan-heat', { failWith: 500, failTimes: 2 });
    const receipt = await stack.register(form);
    const wrong = { ...form, applicant: { ...form.applicant, documentNumber: '370102199003070017' } };
    await expect(stack.register(wrong)).rejects.toThrow('invalid-form');
    await eventually(async () => expect((await stack.track(receipt)).attention).toBe('applicant'));
    await stack.as('clerk-lixia', 'GET', `/v1/requests/${receipt.receiptNumber}`);
    await eventually(async () =>
      expect((await stack.simulator<unknown[]>('GET', `/sms?to=${APPLICANT.phone}`)).length).toBeGreaterThan(
        3,
      ),
    );
    const log = stack.lines.join('\n');
    expect(stack.lines.length).toBeGreaterThan(20);
    for (const word of [...Object.values(APPLICANT), AGENT.name, AGENT.documentNumber, AGENT.phone])
      expect(log).not.toContain(word);
    expect(log).not.toContain(receipt.queryCode);
  });

  it('is on no topic that need not carry it', async () => {
    const url = await stack.databaseUrl();
    const rows = await asAdmin(url, async (client) => {
      const { rows } = await client.query<{ topic: string; body: string }>(
        'select topic, body from published',
      );
      return rows;
    });
    const topics = new Set(rows.map(({ topic }) => topic));
    expect([...topics]).toEqual(
      expect.arrayContaining([...Object.keys(MAY_CARRY), 'jobs.gas', 'jobs.telecom']),
    );
    for (const { topic, body } of rows)
      for (const [field, word] of Object.entries(APPLICANT))
        if (MAY_CARRY[topic] && !MAY_CARRY[topic].includes(field as keyof typeof APPLICANT))
          expect(`${topic}: ${body}`).not.toContain(word);

    const matter = loadCatalogue().matter('JOINT_NEW', shanghaiDate(new Date()))!;
    const desired = rows
      .filter(({ topic }) => topic.startsWith('jobs.'))
      .map(({ body }) => JSON.parse(body) as JobDesired);
    expect(new Set(desired.map(({ utility }) => utility)).size).toBe(5);
    for (const { utility, dossier } of desired) {
      const { applicant, agent } = personalFields(matter, utility);
      expect(Object.keys(dossier.applicant).toSorted()).toEqual(['kind', ...applicant].toSorted());
      expect(Object.keys(dossier.agent!).toSorted()).toEqual(['kind', ...agent].toSorted());
    }
  });
});
