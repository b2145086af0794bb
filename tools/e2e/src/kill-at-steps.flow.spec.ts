import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCatalogue } from '@lianban/catalogue';
import type { Checkpoint } from '@lianban/messaging';
import {
  aRegistration,
  aRegistrationInZibo,
  catalogueCopy,
  eventually,
  OfficersAtWork,
  required,
  RunningStack,
  type Receipt,
} from '@lianban/testing';
import { StatusWatcher } from './many-requests.js';

// The built module: a program cannot load the source.
const KILL_AT_STEP = fileURLToPath(new URL('../../../libs/testing/dist/kill-at-step.js', import.meta.url));

/** Zibo's providers speak the dialects that belong to no utility; Jinan's speak those of their own. */
const IN_ZIBO: Record<string, string> = {
  'zibo-water': 'feed',
  'zibo-electricity': 'kafka',
  'zibo-gas': 'webhook',
  'zibo-heat': 'workbench',
};

const STEPS: Checkpoint[] = ['handled', 'handler-committed', 'committed', 'outbox-deleted'];
/** So many times it comes to the step before it is killed there: in the midst of its work. */
const TIMES = 6;
const LIMIT = 200_000;

describe('a stack that is killed at each step between two durable acts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-kill-'));
  let stack: RunningStack;
  let officers: OfficersAtWork;
  beforeAll(async () => {
    const catalogue = catalogueCopy(folder, (row) => ({ ...row, dialect: IN_ZIBO[row.id] ?? row.dialect }));
    stack = await RunningStack.start('standalone', {
      CATALOGUE_FOLDER: catalogue,
      KAFKA_BROKERS: required('TEST_KAFKA'),
      TOPIC_PREFIX: 'kill-at-steps.',
      GROUP_PREFIX: 'kill-at-steps.',
      SIMULATOR_STAGE_MS: '100',
      DELIVERY_FIRST_WAIT_MS: '200',
      CALL_TIMEOUT_MS: '1000',
    });
    for (const { id, dialect } of loadCatalogue(catalogue).providers())
      if (dialect !== 'workbench') await stack.simulator('PUT', `/providers/${id}`, { delayMs: 900 });
    officers = new OfficersAtWork('heat', 'zibo-heat', patientOfficer(stack));
  });
  afterAll(async () => {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends every request, with one effect per operation and no phase going back, in all nine dialects', async () => {
    const receipts: Receipt[] = [];
    const watcher = new StatusWatcher(stack, receipts);
    let isOver = false;
    const watching = watcher.until(() => isOver);
    const registering: Promise<void>[] = [];
    const register = (account: string, form: object) => {
      const headers = { 'idempotency-key': randomUUID() };
      const call = () => stack.as<Receipt>(account, 'POST', '/v1/requests', form, headers);
      registering.push(eventually(call, LIMIT).then((receipt) => void receipts.push(receipt)));
    };

    const registerInBoth = () => {
      register('clerk-lixia', aRegistration('water', 'electricity', 'gas', 'heat', 'telecom'));
      register('clerk-zhangdian', aRegistrationInZibo('water', 'electricity', 'gas', 'heat'));
    };

    registerInBoth();
    await killedBeforeAnswers();
    for (const step of STEPS) {
      registerInBoth();
      await killedAt(step);
    }
    await stack.open();
    await Promise.all(registering);
    await eventually(() => expect(watcher.ended).toBe(registering.length), LIMIT);
    await officers.stop();
    isOver = true;
    await watching;

    expect(watcher.backwardSteps).toEqual([]);
    const statuses = await Promise.all(receipts.map((receipt) => stack.track(receipt)));
    expect(statuses.filter(({ outcome }) => outcome !== 'completed')).toEqual([]);
    expect((await totals()).doubledEffects).toBe(0);
  }, 400_000);

  const totals = () => stack.simulator<{ effects: number; doubledEffects: number }>('GET', '/totals');

  /** Most of those who are called have done what they were told, and have not answered. */
  async function killedBeforeAnswers(): Promise<void> {
    await eventually(async () => expect((await totals()).effects).toBeGreaterThan(5));
    process.kill(stack.pid, 'SIGKILL');
    await untilEnded();
  }

  /** It may come to the step before it is ready. */
  async function killedAt(step: Checkpoint): Promise<void> {
    const env = { NODE_OPTIONS: `--import=${KILL_AT_STEP}`, KILL_AT: step, KILL_AFTER: String(TIMES) };
    await stack.open(env, 'main.js').catch((error: Error) => {
      if (stack.signal !== 'SIGKILL') throw error;
    });
    await untilEnded();
  }

  async function untilEnded(): Promise<void> {
    await eventually(() => expect(stack.signal).toBe('SIGKILL'));
    await eventually(() => expect(fetch(stack.simulatorUrl)).rejects.toThrow());
  }
});

/** Tries until she has an answer. */
const patientOfficer =
  (stack: RunningStack) =>
  async (method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> =>
    eventually(async () => {
      const answer = await fetch(`${stack.url}/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await stack.token('officer-zibo-heat')}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.status >= 500) throw new Error(`${path}: ${answer.status} ${text}`);
      return { status: answer.status, body: text ? (JSON.parse(text) as unknown) : {} };
    }, LIMIT);
