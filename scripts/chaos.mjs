// npm run chaos: prepares, then injects faults into a stack of its own on Node 24 and reports what became of every promise.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

prepare();
const chaos = spawn(node, [join(root, 'tools/chaos/dist/main.js'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
// Ctrl-C reaches it by the terminal; a plain kill of npm has to be handed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => chaos.kill('SIGTERM'));
chaos.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
