// npm run interop: prepares, then lets programs of others speak with a stack of its own.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

prepare();
const interop = spawn(node, [join(root, 'tools/interop/dist/main.js'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
// Ctrl-C reaches it by the terminal; a plain kill of npm has to be handed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => interop.kill('SIGTERM'));
interop.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
