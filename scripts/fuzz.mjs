// npm run fuzz: prepares, then fuzzes every endpoint of a stack of its own by the documents in docs/api.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

prepare();
const fuzz = spawn(node, [join(root, 'tools/fuzz/dist/main.js'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
// Ctrl-C reaches it by the terminal; a plain kill of npm has to be handed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => fuzz.kill('SIGTERM'));
fuzz.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
