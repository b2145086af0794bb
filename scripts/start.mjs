// npm start, npm run start:services: prepares, then runs Lianban on Node 24 until Ctrl-C.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

const program = { standalone: 'standalone.js', services: 'services-main.js' }[process.argv[2]];
prepare();
const stack = spawn(node, [join(root, 'apps/standalone/dist', program)], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  // The terminal's Ctrl-C would reach PostgreSQL too, which would be gone before the services could stop in order.
  detached: true,
  env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.compile-cache') },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stack.kill('SIGTERM'));
stack.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
