import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue } from '@lianban/catalogue';
import {
  aDriverContext,
  anOperation,
  catalogueCopy,
  describeDriver,
  inHouseDialects,
  SimulatorProcess,
} from '@lianban/testing';
import { WebhookDriver } from './webhook.driver.js';
import { workbenchDriver } from './workbench.driver.js';

const TIMEOUT = 2_000;

describe('dialects', () => {
  let simulator: SimulatorProcess;
  const folder = mkdtempSync(join(tmpdir(), 'lianban-dialects-'));
  const catalogue = catalogueCopy(folder, inHouseDialects);
  beforeAll(async () => (simulator = await SimulatorProcess.start({ catalogue })));
  afterAll(async () => {
    await simulator.stop();
    rmSync(folder, { recursive: true });
  });

  describe.each([
    ['zibo-gas', 'idempotency-key'],
    ['jinan-gas', 'status-query'],
  ] as const)('%s', (id, retrySafety) =>
    describeDriver(
      `webhook with ${retrySafety}`,
      retrySafety,
      ({ unreachable, wrongSecret }) =>
        new WebhookDriver(
          aDriverContext({
            provider: loadCatalogue(catalogue).provider(id)!,
            endpoint: unreachable ? 'http://127.0.0.1:1' : `${simulator.url}/${id}`,
            secret: [SimulatorProcess.secretOf(wrongSecret ? 'somebody-else' : id)],
            timeout: TIMEOUT,
          }),
        ),
      () => simulator.scripted(id, 'gas', TIMEOUT),
    ),
  );
});

describe('workbench', () => {
  it('takes an operation by writing it down, and a repeated one for the same', async () => {
    const order = anOperation({ provider: 'zibo-heat' });
    const { reference } = await workbenchDriver.place(order);
    expect(reference).toMatch(/^WB-/);
    expect(await workbenchDriver.place(order)).toEqual({ reference });
    expect(workbenchDriver.retrySafety).toBe('idempotency-key');
    expect(await workbenchDriver.correct({ ...order, kind: 'correct' })).toEqual({});
    expect(await workbenchDriver.withdraw({ ...order, kind: 'withdraw' })).toEqual({});
  });

  it('gives every placement a number of its own', async () => {
    const references = await Promise.all(
      [1, 2].map(() => workbenchDriver.place(anOperation({ provider: 'zibo-heat' }))),
    );
    expect(new Set(references.map(({ reference }) => reference)).size).toBe(2);
  });
});
