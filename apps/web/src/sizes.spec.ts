import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const built = fileURLToPath(new URL('../dist/staff', import.meta.url));
const KILOBYTE = 1_000;

/** A file and all that it imports from its start on; what is imported later is named by `lazily`. */
function loaded(file: string, lazily: RegExp, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(built, 'assets', file), 'utf8');
  const atOnce = [...text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)].map(([, name]) => name!);
  const later = [...text.matchAll(/["'](?:\.\/|assets\/)([\w.-]+\.(?:js|css))["']/g)]
    .map(([, name]) => name!)
    .filter((name) => lazily.test(name));
  for (const name of [...atOnce, ...later])
    if (name.endsWith('.js')) loaded(name, lazily, seen);
    else seen.add(name);
  return seen;
}

describe('the built staff pages', () => {
  it("loads at most 450 kB gzipped for the counter's registration, texts of one language included", () => {
    const index = readFileSync(join(built, 'index.html'), 'utf8');
    const [entry] = [...index.matchAll(/src="\/staff\/assets\/(index-[\w-]+\.js)"/g)].map(
      ([, name]) => name!,
    );
    const styles = [...index.matchAll(/href="\/staff\/assets\/([\w.-]+\.css)"/g)].map(([, name]) => name!);
    const files = [...loaded(entry!, /^(register-page|zh-CN|counter)-/), ...styles];
    expect(files.some((name) => name.startsWith('register-page-'))).toBe(true);
    const sizes = [...new Set(files)].map(
      (name) => gzipSync(readFileSync(join(built, 'assets', name))).length,
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(100 * KILOBYTE);
    expect(total).toBeLessThanOrEqual(450 * KILOBYTE);
  });
});
