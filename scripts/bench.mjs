// npm run bench [-- --only P2,P7 --requests 500 …]: prepares, then measures the whole installation; see tools/bench/README.md.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

prepare();
const bench = spawn(node, [join(root, 'tools/bench/dist/main.js'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.on('SIGINT', () => {});
process.on('SIGTERM', () => bench.kill('SIGTERM'));
bench.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
