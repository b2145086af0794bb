import {
  NeverSendable,
  NOT_CALLED,
  ProviderUnavailable,
  type BatchFile,
  type OperationBody,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import type { JobDesired } from '@lianban/contracts';
import {
  AdapterFixture,
  aDesiredState,
  eventually,
  inHouseDialects,
  nextDesiredState,
} from '@lianban/testing';

const PROVIDER = 'jinan-gas';
const MAX_OPERATIONS = 3;

type Send = (file: BatchFile, deliver: () => void) => void | Promise<void>;
const byItself: Send = (_, deliver) => deliver();

/** A provider with a folder; each file is a list of operations. */
class Folder implements UtilityDriver {
  readonly retrySafety = 'idempotency-key';
  readonly place = NOT_CALLED.place;
  readonly correct = NOT_CALLED.correct;
  readonly withdraw = NOT_CALLED.withdraw;
  /** What was tried, in order, and what lies there. */
  readonly sent: BatchFile[] = [];
  readonly files = new Map<string, OperationBody[]>();
  private count = 0;
  behave: Send = byItself;

  readonly batches = {
    maxOperations: MAX_OPERATIONS,
    write: async (orders: readonly OperationBody[]) => {
      const unwritable = new Map(
        orders
          .filter(({ dossier }) => dossier.address.text === 'unwritable')
          .map(({ operation }) => [operation, 'its address fits no cell']),
      );
      const rows = orders.filter(({ operation }) => !unwritable.has(operation));
      const name = `file-${Date.now()}-${++this.count}`;
      return { name, bytes: Buffer.from(JSON.stringify(rows)), unwritable };
    },
    send: async (file: BatchFile) => {
      this.sent.push({ name: file.name, bytes: file.bytes });
      await this.behave(file, () => this.deliver(file));
    },
  };

  private deliver({ name, bytes }: BatchFile): void {
    this.files.set(name, JSON.parse(bytes.toString()) as OperationBody[]);
  }

  /** How often a file with rows of the job lies there. */
  rowsOf({ requestId }: JobDesired): string[] {
    return [...this.files.values()]
      .flat()
      .filter((row) => row.requestId === requestId)
      .map(({ kind }) => kind);
  }
}

describe('a provider that is told in files', () => {
  let fixture: AdapterFixture;
  let folder: Folder;
  beforeAll(async () => {
    folder = new Folder();
    fixture = await AdapterFixture.open({
      utility: 'gas',
      providers: ['zibo-gas'],
      env: { DELIVERY_BATCH_MS: '20', CIRCUIT_MAX_FAILURES: '3' },
      dialects: { folder: () => folder },
      change: (row) =>
        row.id === PROVIDER
          ? { ...inHouseDialects(row), dialect: 'folder', retrySafety: 'idempotency-key' }
          : inHouseDialects(row),
    });
  });
  afterEach(() => (folder.behave = byItself));
  afterAll(() => fixture.close());

  const aJob = (text = '历下区样例路1号'): JobDesired =>
    aDesiredState({ provider: PROVIDER }, { address: { district: '370102', text } });
  const delivery = (job: JobDesired, expected: string) =>
    fixture.untilPublished(job.requestId, { operation: { delivery: expected } });
  const untilSent = (times: number): Promise<void> => {
    const from = folder.sent.length;
    return eventually(() => expect(folder.sent.length).toBeGreaterThanOrEqual(from + times));
  };
  const openFiles = () =>
    fixture.query<{ name: string }>('select name from batch where provider = $1', [PROVIDER]);
  const away: Send = () => {
    throw new ProviderUnavailable('nobody there');
  };

  it('is told several jobs in one file, in order, and more in the next', async () => {
    const before = folder.files.size;
    const jobs = Array.from({ length: 5 }, () => aJob());
    await fixture.operator('POST', `providers/${PROVIDER}/pause`);
    await fixture.publishDesired(...jobs);
    await eventually(async () =>
      expect(
        await fixture.query(`select from operation where provider = $1 and status = 'pending'`, [PROVIDER]),
      ).toHaveLength(5),
    );
    await fixture.operator('POST', `providers/${PROVIDER}/resume`);
    for (const job of jobs) await delivery(job, 'delivered');
    const files = [...folder.files.values()].slice(before);
    expect(files.map(({ length }) => length)).toEqual([3, 2]);
    expect(new Set(files.flat().map(({ requestId }) => requestId))).toEqual(
      new Set(jobs.map(({ requestId }) => requestId)),
    );
    expect(await openFiles()).toEqual([]);
  });

  it('is told corrections and withdrawals in files too', async () => {
    const job = aJob();
    await fixture.publishDesired(job);
    await delivery(job, 'delivered');
    const corrected = nextDesiredState(job, {}, { fields: { usage: 'commercial' } });
    await fixture.publishDesired(corrected);
    await fixture.untilPublished(job.requestId, { operation: { kind: 'correct', delivery: 'delivered' } });
    await fixture.publishDesired(nextDesiredState(corrected, { cancelReason: 'withdrawn-by-applicant' }));
    await fixture.untilPublished(job.requestId, { operation: { kind: 'withdraw', delivery: 'delivered' } });
    expect(folder.rowsOf(job)).toEqual(['place', 'correct', 'withdraw']);
  });

  it('gets the same file again, name and bytes, until it lies there, and what comes meanwhile in another', async () => {
    let isCutOff = true;
    folder.behave = (_, deliver) => {
      if (isCutOff) throw new ProviderUnavailable('cut off');
      deliver();
    };
    const from = folder.sent.length;
    const job = aJob();
    await fixture.publishDesired(job);
    await delivery(job, 'unknown');
    await eventually(() => expect(folder.sent.length - from).toBeGreaterThanOrEqual(4));
    const late = aJob();
    await fixture.publishDesired(late);
    isCutOff = false;
    await delivery(late, 'delivered');
    const [first, ...others] = folder.sent.slice(from);
    expect(others.slice(0, 4)).toEqual([first, first, first, first]);
    expect([folder.rowsOf(job), folder.rowsOf(late)]).toEqual([['place'], ['place']]);
    expect(others.at(-1)!.name).not.toBe(first!.name);
  });

  it('that is away costs its operations no try, is left alone, and an operator sees since when and why', async () => {
    folder.behave = away;
    const job = aJob();
    await fixture.publishDesired(job);
    await untilSent(8);
    await delivery(job, 'unknown');
    const { body } = await fixture.operator('GET', 'providers');
    expect(body.providers).toContainEqual(
      expect.objectContaining({
        ...{ provider: PROVIDER, state: 'away', waiting: 1, parked: 0, since: expect.any(String) },
        lastError: 'nobody there',
      }),
    );
    expect(await fixture.query('select tries from operation where request_id = $1', [job.requestId])).toEqual(
      [{ tries: 0 }],
    );
    folder.behave = byItself;
    await delivery(job, 'delivered');
  });

  it('that took the file without our knowing is told nothing twice', async () => {
    let isLost = true;
    folder.behave = (_, deliver) => {
      deliver();
      if (isLost) throw new ProviderUnavailable('lost');
    };
    const job = aJob();
    await fixture.publishDesired(job);
    await delivery(job, 'unknown');
    isLost = false;
    await delivery(job, 'delivered');
    expect(folder.rowsOf(job)).toEqual(['place']);
  });

  it('is sent nothing while it is paused, not even the file that is open', async () => {
    folder.behave = away;
    const job = aJob();
    await fixture.publishDesired(job);
    await untilSent(1);
    await fixture.operator('POST', `providers/${PROVIDER}/pause`);
    await delivery(job, 'unknown');
    const other = aDesiredState({ provider: 'zibo-gas' });
    const sent = folder.sent.length;
    await fixture.publishDesired(other);
    await fixture.untilPublished(other.requestId, { state: 'completed' });
    expect(folder.sent.length - sent).toBeLessThanOrEqual(1);
    folder.behave = byItself;
    await fixture.operator('POST', `providers/${PROVIDER}/resume`);
    await delivery(job, 'delivered');
  });

  it('never hears of an operation that fits no file: it is parked by itself, with its reason', async () => {
    const [bad, good] = [aJob('unwritable'), aJob()];
    await fixture.publishDesired(bad, good);
    await delivery(good, 'delivered');
    await delivery(bad, 'parked');
    const { body } = await fixture.operator('GET', 'operations/parked');
    expect(body.operations).toContainEqual(
      expect.objectContaining({ requestId: bad.requestId, lastError: 'its address fits no cell' }),
    );
    await fixture.publishDesired(nextDesiredState(bad, { cancelReason: 'withdrawn-by-applicant' }));
    await fixture.untilPublished(bad.requestId, { state: 'cancelled' });
  });

  it('that can never take a file holds up no other, and an operator tries its operations again', async () => {
    folder.behave = () => {
      throw new NeverSendable('another file of that name lies there');
    };
    const job = aJob();
    await fixture.publishDesired(job);
    await delivery(job, 'parked');
    folder.behave = byItself;
    const next = aJob();
    await fixture.publishDesired(next);
    await delivery(next, 'delivered');
    const [{ id } = { id: '' }] = await fixture.query<{ id: string }>(
      'select id from operation where request_id = $1',
      [job.requestId],
    );
    expect((await fixture.operator('POST', `operations/${id}/retry`)).status).toBe(202);
    await delivery(job, 'delivered');
  });

  it.each(['before', 'after'])(
    'gets the same file from another instance where one has ended %s it sent it',
    async (moment) => {
      const from = folder.sent.length;
      let isFirst = true;
      let end!: () => void;
      const ended = new Promise<void>((resolve) => (end = resolve));
      folder.behave = (_, deliver) => {
        if (!isFirst) return deliver();
        isFirst = false;
        if (moment === 'after') deliver();
        return ended;
      };
      const job = aJob();
      await fixture.publishDesired(job);
      await untilSent(1);
      await fixture.addReplica();
      await fixture.query(`update batch set leased_until = now() - interval '1 second'`);
      await delivery(job, 'delivered');
      const [first, second] = folder.sent.slice(from);
      expect(second).toEqual(first);
      expect(folder.rowsOf(job)).toEqual(['place']);
      // The first one wakes up and finds that the other has come to the end of it.
      end();
      const next = aJob();
      await fixture.publishDesired(next);
      await delivery(next, 'delivered');
      expect(folder.rowsOf(job)).toEqual(['place']);
    },
  );
});
