import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAMS = fileURLToPath(new URL('../../../apps/standalone/dist/programs', import.meta.url));
/** Nothing listens there. */
const NOWHERE = 'postgres://nobody@127.0.0.1:1/lianban';

describe('a program of the image', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lianban-programs-'));
    cpSync(PROGRAMS, folder, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['tracking', 'routing', 'migrate'])(
    '%s needs no package beside itself until it asks for its database',
    async (name) => {
      const program = spawn(process.execPath, [join(folder, `${name}.js`)], {
        cwd: folder,
        env: { DATABASE_URL: NOWHERE, OIDC_ISSUER: 'http://localhost:1', OIDC_AUDIENCE: 'lianban' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const said: string[] = [];
      const waiting = Promise.withResolvers<string>();
      for (const stream of [program.stdout, program.stderr])
        createInterface({ input: stream }).on('line', (line) => {
          said.push(line);
          if (line.includes('waiting for')) waiting.resolve(line);
        });
      program.once('exit', () => waiting.reject(new Error(said.join('\n'))));
      expect(await waiting.promise).toMatch(/waiting for PostgreSQL at 127\.0\.0\.1:1/);
      program.removeAllListeners('exit');
      program.kill('SIGKILL');
    },
  );
});
