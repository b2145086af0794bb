import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  NeverSendable,
  ProviderUnavailable,
  ProviderUnknown,
  type Accepted,
  type BatchFile,
  type OperationBody,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import { loadCatalogue } from '@lianban/catalogue';
import { sshKeyOf } from '@lianban/service-kit';
import { aDriverContext, anOperation, describeDriver, eventually, SimulatorProcess } from '@lianban/testing';
import { HeatSftpDriver } from './heat-sftp.driver.js';

const COMPANY = 'jinan-heat';
const SECRET = SimulatorProcess.secretOf(COMPANY);
const TIMEOUT = 2_000;

describe('heat-sftp', () => {
  let simulator: SimulatorProcess;
  beforeAll(async () => (simulator = await SimulatorProcess.start()));
  afterEach(() => simulator.clearFaults());
  afterAll(() => simulator.stop());

  interface Options {
    secret?: string[];
    url?: string;
    hostKey?: string;
  }
  const driverFor = ({ secret = [SECRET], url, hostKey = SimulatorProcess.hostKeyOf() }: Options = {}) =>
    new HeatSftpDriver(
      aDriverContext({
        ...{ provider: loadCatalogue().provider(COMPANY)!, endpoint: '', secret, timeout: TIMEOUT },
        sftp: { url: url ?? simulator.sftpUrl, hostKey },
      }),
    );
  const anOrder = (): OperationBody => anOperation({ utility: 'heat', provider: COMPANY });
  const inFolder = (...names: string[]): string =>
    join(simulator.folder, 'sftp', COMPANY, COMPANY, 'in', ...names);
  /** Where it lies, before or after the company took it. */
  const lies = ({ name }: BatchFile): Buffer | undefined =>
    [inFolder(name), inFolder('done', name)].filter(existsSync).map((path) => readFileSync(path))[0];
  /** Those that the company has not taken yet. */
  const filesIn = (): string[] => readdirSync(inFolder()).filter((name) => name.endsWith('.xlsx'));
  const untilTaken = ({ operation }: OperationBody) =>
    eventually(async () => expect(await simulator.effects({ operation })).toBe(1));
  const failureOf = (sending: Promise<unknown>): Promise<Error> =>
    sending.then(
      () => Promise.reject(new Error('it was expected to fail')),
      (error: Error) => error,
    );

  /** Each operation in a file of its own; the answers are the replies, which are read elsewhere. */
  function oneByOne(options: Options): UtilityDriver {
    const { batches, retrySafety } = driverFor(options);
    const tell = async (order: OperationBody): Promise<Accepted> => {
      await batches.send(await batches.write([order]));
      return {};
    };
    return { retrySafety, place: tell, correct: tell, withdraw: tell };
  }

  describeDriver(
    'heat-sftp',
    'idempotency-key',
    ({ unreachable, wrongSecret }) =>
      oneByOne({
        ...(unreachable && { url: 'sftp://127.0.0.1:1' }),
        ...(wrongSecret && { secret: [SimulatorProcess.secretOf('somebody-else')] }),
      }),
    () => ({
      ...simulator.scripted(COMPANY, 'heat', TIMEOUT),
      loseAnswer: async () => void (await simulator.setFaults(COMPANY, { loseAnswers: 1 })),
      answerTooLate: async () => void (await simulator.setFaults(COMPANY, { delayMs: 3 * TIMEOUT })),
      effects: async (operation) => {
        await eventually(() => expect(filesIn()).toEqual([]));
        return simulator.effects({ operation });
      },
    }),
    { isRelayed: true },
  );

  it('has a file with several operations taken, under a name that no other has', async () => {
    const driver = driverFor();
    const orders = [anOrder(), anOrder(), anOrder()];
    const [one, other] = [await driver.batches.write(orders), await driver.batches.write(orders)];
    expect(one.name).toMatch(/^lianban-\d{14}-[0-9a-f]{12}\.xlsx$/);
    expect(other.name).not.toBe(one.name);
    await driver.batches.send(one);
    for (const order of orders) await untilTaken(order);
    expect(lies(one)).toEqual(one.bytes);
  });

  it('sends a file again without a second effect, whether it lies there or was moved away', async () => {
    const driver = driverFor();
    const order = anOrder();
    await simulator.setFaults(COMPANY, { takeAfterMs: 300 });
    const file = await driver.batches.write([order]);
    await driver.batches.send(file);
    await driver.batches.send(file);
    await untilTaken(order);
    await eventually(() => expect(existsSync(inFolder('done', file.name))).toBe(true));
    await driver.batches.send(file);
    const next = anOrder();
    await driver.batches.send(await driver.batches.write([next]));
    await untilTaken(next);
    expect(await simulator.effects({ operation: order.operation })).toBe(1);
  });

  it('does nothing twice for a number of an operation that comes in two files', async () => {
    const driver = driverFor();
    const [order, next] = [anOrder(), anOrder()];
    for (const orders of [[order], [order, next]])
      await driver.batches.send(await driver.batches.write(orders));
    await untilTaken(next);
    expect(await simulator.effects({ operation: order.operation })).toBe(1);
  });

  it.each([
    ['an answer that is lost', { loseAnswers: 1 }],
    ['an answer that comes too late', { delayMs: 3 * TIMEOUT }],
  ])('does not know what came of %s, and finds the file there', async (_, faults) => {
    const driver = driverFor();
    const order = anOrder();
    await simulator.setFaults(COMPANY, faults);
    const file = await driver.batches.write([order]);
    const failure = await failureOf(driver.batches.send(file));
    expect(failure).toBeInstanceOf(ProviderUnknown);
    expect(failure).toMatchObject({ away: true });
    await untilTaken(order);
    await simulator.clearFaults();
    await driver.batches.send(file);
    expect(await simulator.effects({ operation: order.operation })).toBe(1);
  });

  it.each([
    ['has a full disk', { diskFull: true }, /has 0 of \d+ bytes of .*: is its disk full/],
    ['is read-only', { readOnly: true }, /refuses: .*Permission denied/],
    ['is cut off in the middle of a file', { cutAfterBytes: 100 }, /cut off/],
    ['answers with an error', { failWith: 500 }, /refuses/],
    ['ends every connection', { down: true }, /cannot connect/],
  ])(
    'leaves no file under its name where the company %s, says so, and sends it later',
    async (_, faults, text) => {
      const driver = driverFor();
      const order = anOrder();
      const file = await driver.batches.write([order]);
      await simulator.setFaults(COMPANY, faults);
      const failure = await failureOf(driver.batches.send(file));
      expect([ProviderUnavailable, ProviderUnknown]).toContain(failure.constructor);
      expect(failure).toMatchObject({ away: true, message: expect.stringMatching(text) });
      expect(lies(file)).toBeUndefined();
      await simulator.clearFaults();
      await driver.batches.send(file);
      await untilTaken(order);
      expect(lies(file)).toEqual(file.bytes);
      expect(readdirSync(inFolder()).filter((name) => name.endsWith('.part'))).toEqual([]);
    },
  );

  it('never writes over another file of the same name', async () => {
    const driver = driverFor();
    const file = await driver.batches.write([anOrder()]);
    writeFileSync(inFolder(file.name), 'another');
    const failure = await failureOf(driver.batches.send(file));
    expect(failure).toBeInstanceOf(NeverSendable);
    expect(failure.message).toContain(`${file.name} is there already, with 7 bytes`);
    expect(lies(file)?.toString()).toBe('another');
  });

  it.each<[string, () => Options, RegExp]>([
    [
      'whose host key is not the pinned one',
      () => ({ hostKey: `SHA256:${'A'.repeat(43)}` }),
      /host key SHA256:.* not the pinned/,
    ],
    [
      'that does not know our key',
      () => ({ secret: [SimulatorProcess.secretOf('somebody-else')] }),
      /does not let lianban in/,
    ],
    ['where nobody listens', () => ({ url: 'sftp://127.0.0.1:1' }), /cannot connect/],
  ])('sends nothing to a server %s', async (_, options, text) => {
    const driver = driverFor(options());
    const order = anOrder();
    const failure = await failureOf(driver.batches.send(await driver.batches.write([order])));
    expect(failure).toBeInstanceOf(ProviderUnavailable);
    expect(failure).toMatchObject({ away: true, message: expect.stringMatching(text) });
    expect(await simulator.effects({ operation: order.operation })).toBe(0);
  });

  it('is let in while only the previous key is known there, and by a key in a file', async () => {
    const unknown = SimulatorProcess.secretOf('the next one');
    const file = sshKeyOf(Buffer.from(SECRET.replace('whsec_', ''), 'base64')).privateKey;
    for (const secret of [[unknown, SECRET], [`whsec_${Buffer.from(file).toString('base64')}`]]) {
      const driver = driverFor({ secret });
      const order = anOrder();
      await driver.batches.send(await driver.batches.write([order]));
      await untilTaken(order);
    }
  });

  it.each([
    ['a secret that is no key', { secret: [`whsec_${Buffer.from('a password').toString('base64')}`] }],
    ['no secret', { secret: [] }],
  ])('does not start with %s', (_, options) => {
    expect(() => driverFor(options)).toThrow(/secret/);
  });
});
