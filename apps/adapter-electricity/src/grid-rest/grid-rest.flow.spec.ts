import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue } from '@lianban/catalogue';
import { aDriverContext, catalogueCopy, describeDriver, SimulatorProcess } from '@lianban/testing';
import { sm2 } from 'sm-crypto-v2';
import { GridRestDriver } from './grid-rest.driver.js';

const TIMEOUT = 2_000;
const PROVIDER = 'jinan-electricity';
const SECRET = SimulatorProcess.secretOf(PROVIDER);
/** As the simulator makes its own key. */
const COMPANY_KEY = createHash('sha256').update(`company ${SECRET}`).digest('hex');

describe.each([
  ['hmac', {}],
  ['sm2', { signature: 'sm2', publicKeys: [sm2.getPublicKeyFromPrivateKey(COMPANY_KEY)] }],
])('grid-rest with %s', (signature, settings) => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-grid-'));
  const catalogue = catalogueCopy(folder, (row) =>
    row.id === PROVIDER ? { ...row, settings: { ...row.settings, ...settings } } : row,
  );
  let simulator: SimulatorProcess;
  beforeAll(async () => (simulator = await SimulatorProcess.start({ catalogue })));
  afterAll(async () => {
    await simulator.stop();
    rmSync(folder, { recursive: true });
  });

  describeDriver(
    `grid-rest with ${signature}`,
    'idempotency-key',
    ({ unreachable, wrongSecret }) =>
      new GridRestDriver(
        aDriverContext({
          provider: loadCatalogue(catalogue).provider(PROVIDER)!,
          endpoint: unreachable ? 'http://127.0.0.1:1' : `${simulator.url}/${PROVIDER}`,
          secret: [wrongSecret ? SimulatorProcess.secretOf('somebody-else') : SECRET],
          timeout: TIMEOUT,
        }),
      ),
    () => simulator.scripted(PROVIDER, 'electricity', TIMEOUT),
  );
});
