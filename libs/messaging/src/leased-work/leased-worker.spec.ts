import { Log } from '@lianban/service-kit';
import { LeasedWorker, type Done, type LeasedWork } from './leased-worker.js';

const silent = Log.to({ write: () => {} }, 'fatal');
const A_LONG_TIME_MS = 3_600_000;

/** A table of items that are due. */
class Table implements LeasedWork<string, string> {
  due: string[] = [];
  readonly recorded: string[][] = [];
  readonly failed: string[] = [];
  perform = (item: string): Promise<string> => Promise.resolve(`${item} done`);
  refuse = (_batch: readonly string[]): Error | undefined => undefined;

  lease(): Promise<string[]> {
    return Promise.resolve(this.due.splice(0, 2));
  }

  record(batch: readonly Done<string, string>[]): Promise<void> {
    const results = batch.map(({ result }) => result);
    const refusal = this.refuse(results);
    if (refusal) return Promise.reject(refusal);
    this.recorded.push(results);
    return Promise.resolve();
  }

  recordFailure(item: string): Promise<void> {
    this.failed.push(item);
    return Promise.resolve();
  }

  hasMore(): boolean {
    return this.due.length > 0;
  }
}

describe('a leased worker', () => {
  let table: Table;
  let worker: LeasedWorker<string, string>;
  beforeEach(() => {
    table = new Table();
    worker = new LeasedWorker(table, A_LONG_TIME_MS, silent);
  });
  afterEach(() => worker.stop());

  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const all = (): string[] => table.recorded.flat();

  it('does all that is due, as capacity becomes free', async () => {
    table.due = ['a', 'b', 'c', 'd', 'e'];
    worker.start();
    await until(() => all().length === 5);
    expect(all().toSorted()).toEqual(['a done', 'b done', 'c done', 'd done', 'e done']);
  });

  it('looks again when it is woken', async () => {
    const lease = jest.spyOn(table, 'lease');
    worker.start();
    await until(() => lease.mock.calls.length === 1);
    table.due = ['a'];
    worker.wake();
    await until(() => all().length === 1);
  });

  it('looks again as soon as its work says', async () => {
    const lease = jest.spyOn(table, 'lease');
    Object.assign(table, { nextLookMs: () => (lease.mock.calls.length < 3 ? 1 : undefined) });
    worker.start();
    await until(() => lease.mock.calls.length === 3);
  });

  it('records together what came in while it was recording', async () => {
    let release = (): void => {};
    const blocked = new Promise<void>((resolve) => (release = resolve));
    const record = table.record.bind(table);
    table.record = async (batch) => {
      if (table.recorded.length === 0) await blocked;
      return record(batch);
    };
    worker.perform('a');
    await until(() => worker.inFlightCount === 1);
    worker.perform('b');
    worker.perform('c');
    setImmediate(() => release());
    await until(() => all().length === 3);
    expect(table.recorded).toEqual([['a done'], ['b done', 'c done']]);
  });

  it('records the others where the database refuses one result for good', async () => {
    table.refuse = (batch) =>
      batch.includes('b done') ? Object.assign(new Error(), { code: '22P05' }) : undefined;
    for (const item of ['a', 'b', 'c']) worker.perform(item);
    await until(() => all().length === 2 && table.failed.length === 1);
    expect(all().toSorted()).toEqual(['a done', 'c done']);
    expect(table.failed).toEqual(['b']);
  });

  it('records again while the database cannot be reached', async () => {
    let refusals = 2;
    table.refuse = () => (refusals-- > 0 ? Object.assign(new Error(), { code: '57P01' }) : undefined);
    worker.perform('a');
    await until(() => all().length === 1);
    expect(table.failed).toEqual([]);
  });

  it('leaves to its lease what it could not do', async () => {
    table.perform = () => Promise.reject(new Error('too late'));
    worker.perform('a');
    await until(() => worker.inFlightCount === 0);
    expect([...all(), ...table.failed]).toEqual([]);
  });

  it('stops when what is under way is recorded', async () => {
    let finish = (): void => {};
    table.perform = (item) => new Promise((resolve) => (finish = () => resolve(`${item} done`)));
    worker.perform('a');
    const stopped = worker.stop();
    finish();
    await stopped;
    expect(all()).toEqual(['a done']);
  });
});
