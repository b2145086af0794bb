// npm run k8s:generate, k8s:check: prepares, then runs tools/k8s.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

prepare();
const { status } = spawnSync(node, [join(root, 'tools/k8s/dist/main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: root,
});
process.exit(status ?? 1);
