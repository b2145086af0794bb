import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const committed = fileURLToPath(new URL('../pages/api', import.meta.url));
const script = fileURLToPath(new URL('../../../scripts/web-client.mjs', import.meta.url));

const filesIn = (folder: string) =>
  Object.fromEntries(
    globSync('**/*.ts', { cwd: folder })
      .toSorted()
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );

describe("the pages' client", () => {
  it('is what the API documents say: if not, npm run web:client', () => {
    const fresh = mkdtempSync(join(tmpdir(), 'lianban-client-'));
    const { status, stderr } = spawnSync(process.execPath, [script, fresh], { encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const isSame = JSON.stringify(filesIn(fresh)) === JSON.stringify(filesIn(committed));
    rmSync(fresh, { recursive: true });
    expect(isSame).toBe(true);
  });
});
