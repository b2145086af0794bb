import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../apps/tracking/dist/main.js', import.meta.url));
/** Nothing listens there. */
const NOWHERE = 'postgres://tracking@127.0.0.1:1/lianban';

describe('a service whose database is not there yet', () => {
  it('says for what it waits, stays, and ends at once when it is asked to', async () => {
    const service = spawn(process.execPath, [PROGRAM], {
      env: { DATABASE_URL: NOWHERE, OIDC_ISSUER: 'http://localhost:1', OIDC_AUDIENCE: 'lianban', PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(service, 'exit');
    const waiting = Promise.withResolvers<string>();
    createInterface({ input: service.stdout }).on('line', (line) => {
      if (line.includes('waiting for')) waiting.resolve(line);
    });
    expect(JSON.parse(await waiting.promise)).toMatchObject({
      level: 'warn',
      service: 'tracking',
      message: expect.stringMatching(/^waiting for the database: .*ECONNREFUSED/) as string,
    });
    service.kill('SIGTERM');
    expect(await exited).toEqual([143, null]);
  });
});
