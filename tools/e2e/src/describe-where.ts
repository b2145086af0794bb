import { eventMetadata, RequestStatusChanged, DossierChanged, type Utility } from '@lianban/contracts';
import { asAdmin } from '@lianban/engines';
import { aRegistration, eventually, type Receipt, type RunningStack } from '@lianban/testing';
import { askWhere, runWhere } from './run-script.js';

/** Puts an event into a service's outbox; `process` decides who sends it. */
const insertEvent = (service: string, process: string): string => `
  insert into ${service}.outbox (process, type, time, topic, event_ids, keys, bodies)
  values (${process}, $1, now(), $2, array[gen_random_uuid()], array[$3::uuid], $4)`;
/** A process that lives: nobody else sends its rows before a minute is over. */
const SOMEBODY_ELSE = `(select objid from pg_locks where locktype = 'advisory' and classid = 7101 limit 1)`;
const WAITS_MS = 40_000;

/** What an operator is told of a request, on a stack whose services are processes of their own. */
export function describeWhere(running: () => RunningStack): void {
  let stack: RunningStack;
  beforeAll(() => void (stack = running()));

  /** The first line of the answer, once it is this, and all of it. */
  const says = (reference: string, answer: RegExp): Promise<string> =>
    eventually(async () => {
      const { output } = await askWhere(stack, reference);
      expect(output.split('\n')[0]).toMatch(answer);
      return output;
    }, WAITS_MS);
  const query = async (sql: string, values: unknown[]): Promise<void> =>
    asAdmin(await stack.databaseUrl(), async (client) => void (await client.query(sql, values)));
  const registered = async (faults: object, utility: Utility): Promise<Receipt> => {
    await stack.simulator('PUT', `/providers/jinan-${utility}`, faults);
    return stack.register(aRegistration(utility));
  };

  it('is with a provider that does not answer, with tries and the next one', async () => {
    const receipt = await registered({ down: true }, 'electricity');
    const output = await says(
      receipt.receiptNumber,
      /^waiting for 济南\S+ since \S+: operation place of electricity, \d+ tries, provider (cannot connect|no answer).*, (failing|unknown), (next try|left alone until) \S+$/,
    );
    expect(output).toMatch(/adapter-electricity .* 济南\S+ attempt 1: placed/);
    expect(output).toMatch(
      /operation .* place (failing|unknown), \d+ tries, (cannot connect|no answer).*, next try \S+$/m,
    );
    await stack.simulator('PUT', '/providers/jinan-electricity', { down: false });
    await says(receipt.requestId, /^ended \S+: electricity completed$/);
  });

  it('is with an operator after the last try', async () => {
    const receipt = await registered({ failWith: 500 }, 'water');
    await says(
      receipt.receiptNumber,
      /^waiting for the operator since \S+: operation place of water, 7 tries, provider answered 500; operation \S+ to 济南\S+ is parked$/,
    );
    await stack.simulator('DELETE', '/faults');
  });

  it('is with the applicant, or with who else holds it', async () => {
    const held = await registered({ outcome: 'hold', reason: 'permit' }, 'heat');
    await says(held.receiptNumber, /^waiting for the authority since \S+: heat held, permit, until 20\d\d-/);
    const asked = await registered({ outcome: 'ask-correction', items: ['PROPERTY_CERT'] }, 'water');
    const output = await says(asked.receiptNumber, /^waiting for the applicant since \S+: water waiting/);
    await stack.simulator('DELETE', '/faults');
    for (const personal of ['欧阳试样', '13800138000', '370102199003070016', '样例路'])
      expect(output).not.toContain(personal);
  });

  it('is parked in a reader, with the reason', async () => {
    const { requestId } = await stack.register(aRegistration('heat'));
    const { type } = eventMetadata(RequestStatusChanged);
    await query(insertEvent('routing', 'null'), [type, 'status', requestId, '{}']);
    await says(
      requestId,
      /^parked in (tracking|intake|notification) since \S+: status, invalid \(.*requestId/,
    );
  });

  it('is in an outbox that nobody sends', async () => {
    const { requestId } = await stack.register(aRegistration('heat'));
    const { type } = eventMetadata(DossierChanged);
    await query(insertEvent('intake', SOMEBODY_ELSE), [type, 'dossiers', requestId, '{}']);
    await says(requestId, /^not sent by intake since \S+: dossiers, for routing$/);
  });

  it('is on a topic that its reader has not read', async () => {
    await asAdmin(await stack.databaseUrl(), async (client) => {
      await client.query('begin; lock table tracking.request_view in share row exclusive mode');
      const { requestId } = await stack.register(aRegistration('heat'));
      await says(requestId, /^not read by tracking: status version \d+; it has none$/);
      await client.query('rollback');
      await says(requestId, /^ended /);
    });
  });

  it('says which service does not answer, and what the others know', async () => {
    const receipt = await registered({ down: true }, 'gas');
    await says(receipt.receiptNumber, /^waiting for 济南/);
    process.kill(stack.pidOf('adapter-gas'), 'SIGSTOP');
    try {
      const output = await says(receipt.receiptNumber, /^adapter-gas does not answer: /);
      expect(output).toMatch(
        /\nand waiting for 济南\S+ since \S+: operation place of gas, .* when last heard of\n/,
      );
      expect(output).toMatch(/adapter-gas .* no answer/);
    } finally {
      process.kill(stack.pidOf('adapter-gas'), 'SIGCONT');
    }
  });

  it('is unknown to all where nobody registered it', async () => {
    const { output } = await runWhere(stack, 'LB370102-20260101-A-00001-5');
    expect(output).toMatch(/^no service knows this request$/m);
  });
}
