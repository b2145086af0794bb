// npm run simulate [-- --seed 1 --requests 10000 --planted name]: the decisions in memory; see tools/simulation/README.md.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

prepare();
const { status } = spawnSync(node, [join(root, 'tools/simulation/dist/main.js'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
