// npm start, npm run start:services: prepares, then runs the house on Node 24 until Ctrl-C.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

const program = { standalone: 'main.js', services: 'services-main.js' }[process.argv[2]];
prepare();
const house = spawn(node, [join(root, 'apps/standalone/dist', program)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.compile-cache') },
});
// Ctrl-C reaches the house by the terminal; a plain kill of npm has to be handed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => house.kill('SIGTERM'));
house.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
