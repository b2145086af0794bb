import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DriverContext, DriverFactory, ProviderReport, UtilityDriver } from '@lianban/adapter-kit';
import { loadCatalogue } from '@lianban/catalogue';
import { SimulatorProcess } from '@lianban/testing';
import { certify, type Verdict } from './certify.js';
import { DIALECTS } from './dialects.js';
import { toHtml, toJUnit } from './report.js';
import { RULES } from './rules.js';
import type { Answer, Exchange, Tamper } from './wire.js';

const catalogue = loadCatalogue();

describe('the rules by which a provider is tried', () => {
  let simulator: SimulatorProcess;
  beforeAll(async () => {
    simulator = await SimulatorProcess.start({ stageMs: 5 });
  });
  afterEach(() => simulator.clearFaults());
  afterAll(() => simulator.stop());

  const trying = (
    id: string,
    rule?: string,
    tamper?: Tamper,
    create: DriverFactory = DIALECTS[catalogue.provider(id)!.dialect]!,
    waitsInVain = false,
  ): Promise<Verdict[]> => {
    const provider = catalogue.provider(id)!;
    const isSftp = provider.dialect === 'heat-sftp';
    const patienceMs = waitsInVain ? (isSftp ? 2_000 : 600) : isSftp ? 6_000 : 8_000;
    return certify(
      {
        ...{ provider, create, catalogue, tamper, secret: SimulatorProcess.secretOf(id) },
        endpoint: isSftp ? simulator.sftpUrl : simulator.url + provider.endpoint!,
        hostKey: isSftp ? SimulatorProcess.hostKeyOf() : undefined,
        ...{ timeoutMs: 2_000, patienceMs },
      },
      RULES.filter((each) => rule === undefined || each.id === rule),
    );
  };
  const summary = (verdicts: readonly Verdict[]): string[] =>
    verdicts.map(({ rule, result, why }) => [rule.id, result, why].filter(Boolean).join(' '));

  it.each(['zibo-water', 'jinan-water', 'jinan-electricity', 'jinan-gas', 'jinan-heat', 'jinan-mobile'])(
    'are all kept by the simulated %s, as far as its dialect knows them',
    async (id) => {
      const verdicts = await trying(id);
      expect(summary(verdicts).filter((each) => / broken/.test(each))).toEqual([]);
      const skipped = verdicts
        .filter(({ result }) => result === 'not-for-this-dialect')
        .map(({ rule }) => rule.id);
      const lookedUp = catalogue.provider(id)!.retrySafety === 'status-query';
      expect(skipped).toEqual([
        lookedUp ? 'knows-a-repetition' : 'finds-a-job',
        ...(['jinan-water', 'jinan-heat'].includes(id) ? ['lists-its-jobs'] : []),
      ]);
      expect(verdicts.every(({ result, exchanges }) => result !== 'kept' || exchanges.length > 0)).toBe(true);
    },
  );

  const changed =
    (isMeant: (exchange: Exchange) => boolean, change: Partial<Answer> | undefined): Tamper =>
    (exchange) =>
      isMeant(exchange) ? change : { status: exchange.status };
  const isPlace = ({ body }: Exchange): boolean => body.includes('"kind":"place"');
  const isCorrection = ({ body }: Exchange): boolean => body.includes('"kind":"correct"');
  const isWithdrawal = ({ body }: Exchange): boolean => body.includes('"kind":"withdraw"');
  const isList = ({ path }: Exchange): boolean => path.startsWith('/jobs');
  const taken = (reference: string): Partial<Answer> => ({
    status: 200,
    body: JSON.stringify({ outcome: 'taken', reference }),
  });

  /** A provider that is wrong in one thing, and what the rule that says so finds. */
  const wrong: [
    rule: string,
    how: string,
    provider: string,
    tamper: Tamper | undefined,
    faults: object,
    why: RegExp,
  ][] = [
    [
      'takes-a-job',
      'gives no number',
      'zibo-water',
      changed(isPlace, { body: '{"outcome":"taken"}' }),
      {},
      /without a number/,
    ],
    ['takes-a-job', 'is never there', 'zibo-water', undefined, { failWith: 503 }, /broke off: answered 503/],
    [
      'knows-a-repetition',
      'takes the same operation as another job',
      'zibo-water',
      undefined,
      { dedupe: false },
      /it gives .*, and then/,
    ],
    [
      'finds-a-job',
      'finds what was never sent',
      'jinan-gas',
      (exchange) =>
        exchange.path.includes('externalNo=') && exchange.answer.includes('"workOrders":[]')
          ? { body: exchange.answer.replace('[]', JSON.stringify([orderFor(exchange.path)])) }
          : { status: exchange.status },
      {},
      /never sent, and says "taken"/,
    ],
    [
      'survives-a-lost-answer',
      'takes a job again whose answer was lost',
      'zibo-water',
      undefined,
      { dedupe: false },
      /it has the job twice/,
    ],
    [
      'takes-a-correction',
      'cannot be corrected',
      'zibo-water',
      changed(isCorrection, { status: 404 }),
      {},
      /404/,
    ],
    [
      'answers-a-withdrawal',
      'refuses in a word of its own',
      'zibo-water',
      changed(isWithdrawal, { status: 422, body: '{"outcome":"refused","reason":"NOPE"}' }),
      {},
      /refuses with "NOPE"/,
    ],
    [
      'answers-a-withdrawal',
      'never answers',
      'zibo-water',
      undefined,
      { reports: 'never' },
      /nothing about the withdrawal/,
    ],
    [
      'reports-progress',
      'says nothing',
      'zibo-water',
      undefined,
      { reports: 'never' },
      /says nothing within 0.6 s$/,
    ],
    [
      'reports-progress',
      'says it so that nobody can read it',
      'zibo-water',
      undefined,
      { reports: 'wrong-schema' },
      /its last call was refused/,
    ],
    [
      'speaks-known-words',
      'has a state of its own',
      'jinan-gas',
      (exchange) => ({ body: exchange.answer.replaceAll('"COMPLETED"', '"ON_HOLIDAY"') }),
      {},
      /the state "ON_HOLIDAY"/,
    ],
    [
      'lists-its-jobs',
      'forgets its jobs',
      'zibo-water',
      changed(isList, { body: '{"jobs":[]}' }),
      {},
      /lacks a job/,
    ],
    [
      'lists-its-jobs',
      'lists it under another number',
      'zibo-water',
      (exchange) =>
        isList(exchange)
          ? { body: exchange.answer.replaceAll('zibo-water-', 'other-') }
          : { status: exchange.status },
      {},
      /and lists other-/,
    ],
    [
      'checks-who-calls',
      'takes jobs from anybody',
      'zibo-water',
      changed(isPlace, taken('W-1')),
      {},
      /another secret/,
    ],
  ];
  const orderFor = (path: string): object => ({
    ...{
      orderNo: 'G-1',
      externalNo: new URLSearchParams(path.split('?')[1]).get('externalNo'),
      operations: [],
    },
    ...{ status: 'RECEIVED', statusAt: '2026-11-28T00:00:00Z', updatedAt: '2026-11-28T00:00:00Z' },
  });

  /** What is not there is not there however long one looks. */
  const waitsInVain = (faults: object, why: RegExp): boolean =>
    'reports' in faults || /lacks|no number/.test(why.source);

  it.each(wrong)('%s: broken by a provider that %s', async (rule, _, provider, tamper, faults, why) => {
    await simulator.setFaults(provider, faults);
    const [verdict] = await trying(provider, rule, tamper, undefined, waitsInVain(faults, why));
    expect(verdict).toMatchObject({ result: 'broken', why: expect.stringMatching(why) });
  });

  it('each have a wrong provider that breaks them', () => {
    expect([...new Set(wrong.map(([rule]) => rule))]).toEqual(RULES.map(({ id }) => id));
  });

  /** A heating company that is wrong in one thing: what it does is changed between it and the driver. */
  type Wrong = (driver: UtilityDriver, context: DriverContext) => Partial<UtilityDriver>;
  /** Has a second job, with a number of its own, of what it should have known. */
  const doubling =
    (what: 'operation' | 'file'): Wrong =>
    (driver) => {
      const { maxOperations, write, send } = driver.batches!;
      const known = new Set<string>();
      let isDoubled = false;
      const see = (key: string): void => {
        isDoubled ||= known.has(key);
        known.add(key);
      };
      return {
        batches: {
          maxOperations,
          write: (orders) => {
            if (what === 'operation') see(orders[0]!.operation);
            return write(orders);
          },
          send: (file) => {
            if (what === 'file') see(file.name);
            return send(file);
          },
        },
        async poll(cursor) {
          const page = await driver.poll!(cursor);
          const second = page.reports.map((each) => ({
            ...each,
            report: { ...each.report, reference: 'H-2' },
          }));
          return { ...page, reports: isDoubled ? [...page.reports, ...second] : page.reports };
        },
      };
    };
  const replying =
    (change: (report: ProviderReport['report']) => ProviderReport['report']): Wrong =>
    (driver) => ({
      async poll(cursor) {
        const page = await driver.poll!(cursor);
        return { ...page, reports: page.reports.map((each) => ({ ...each, report: change(each.report) })) };
      },
    });
  const unchanged: Wrong = () => ({});
  let replies = 0;

  const wrongCompany: [rule: string, how: string, wrong: Wrong, faults: object, why: RegExp][] = [
    [
      'takes-a-job',
      'gives no number',
      replying(({ reference: _, ...report }) => report),
      {},
      /replies with no number/,
    ],
    ['takes-a-job', 'has a full disk', unchanged, { diskFull: true }, /broke off/],
    [
      'knows-a-repetition',
      'takes an operation again that comes in another file',
      doubling('operation'),
      {},
      /it has the job twice/,
    ],
    [
      'survives-a-lost-answer',
      'takes a file again whose name it had before',
      doubling('file'),
      {},
      /it has the job twice/,
    ],
    [
      'takes-a-correction',
      'makes another job of it',
      replying((report) => ({ ...report, reference: `H-${String(++replies)}` })),
      {},
      /it has the job twice/,
    ],
    [
      'answers-a-withdrawal',
      'never answers',
      unchanged,
      { reports: 'never' },
      /nothing about the withdrawal/,
    ],
    ['reports-progress', 'says nothing', unchanged, { reports: 'never' }, /says nothing within 2 s$/],
    [
      'reports-progress',
      'says it so that nobody can read it',
      unchanged,
      { reports: 'wrong-schema' },
      /its last call was refused: .*reply-/,
    ],
    [
      'speaks-known-words',
      'has a stage of its own',
      replying((report) => ({ ...report, stage: 'COFFEE' })),
      {},
      /the stage "COFFEE"/,
    ],
    [
      'checks-who-calls',
      'lets anybody in',
      (_, context) => {
        const driver = DIALECTS['heat-sftp']!({
          ...context,
          secret: [SimulatorProcess.secretOf('jinan-heat')],
        });
        return { batches: driver.batches! };
      },
      {},
      /another secret/,
    ],
  ];

  it.each(wrongCompany)('%s: broken by a heating company that %s', async (rule, _, wrong, faults, why) => {
    await simulator.setFaults('jinan-heat', faults);
    const create: DriverFactory = (context) => {
      const driver = DIALECTS['heat-sftp']!(context);
      const { retrySafety, place, correct, withdraw, batches } = driver;
      const poll = (cursor?: string) => driver.poll!(cursor);
      return { retrySafety, place, correct, withdraw, batches: batches!, poll, ...wrong(driver, context) };
    };
    const [verdict] = await trying('jinan-heat', rule, undefined, create, waitsInVain(faults, why));
    expect(verdict).toMatchObject({ result: 'broken', why: expect.stringMatching(why) });
  });

  it('each have a heating company that breaks them, as far as its dialect knows them', () => {
    const tried = [...new Set(wrongCompany.map(([rule]) => rule))];
    const known = RULES.map(({ id }) => id).filter((id) => !['finds-a-job', 'lists-its-jobs'].includes(id));
    expect(tried).toEqual(known);
  });

  it('are tried by the program of the image too', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lianban-certify-'));
    const program = fileURLToPath(
      new URL('../../../apps/standalone/dist/programs/certify.js', import.meta.url),
    );
    writeFileSync(join(folder, 'secret'), SimulatorProcess.secretOf('zibo-water'));
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        ...[program, '--provider', 'zibo-water', '--endpoint', `${simulator.url}/zibo-water`],
        ...['--secret-file', join(folder, 'secret'), '--results', folder],
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stdout).toMatch(/0 rules broken/);
    expect(status).toBe(0);
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('failures="0"');
    rmSync(folder, { recursive: true });
  });

  it('are reported with what was said, for people and for machines', async () => {
    const provider = catalogue.provider('zibo-water')!;
    const verdicts = await trying(
      'zibo-water',
      'takes-a-job',
      changed(isPlace, { body: '{"outcome":"taken"}' }),
    );
    const subject = { provider, endpoint: 'http://127.0.0.1/<zibo>', at: new Date(0) };
    expect(toJUnit(subject, verdicts)).toMatch(
      /<testsuite name="zibo-water" tests="1" failures="1".*\n.*<failure message="it answers without a number">/s,
    );
    const page = toHtml(subject, verdicts);
    expect(page).toContain('0 of 1 rules kept');
    expect(page).toContain('&#60;zibo&#62;');
    expect(page).toMatch(/&#62; POST \/operations\n\{.*\n&#60; 200 \{&#34;outcome&#34;:&#34;taken&#34;\}/s);
  });
});
