// Part of the build: the program that serves the web pages as one file beside them, and what is large of them compressed once.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../apps/web/dist', import.meta.url));
await build({
  entryPoints: [join(folder, 'server/main.js')],
  outfile: join(folder, 'web.js'),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  logLevel: 'error',
});
for (const file of globSync('{staff,applicant}/**/*.{js,css}', { cwd: folder }))
  writeFileSync(join(folder, `${file}.gz`), gzipSync(readFileSync(join(folder, file)), { level: 9 }));
