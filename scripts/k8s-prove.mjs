// npm run k8s:prove: prepares, then puts the demo overlay on a cluster and proves what is promised of it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

prepare();
const { status } = spawnSync(
  node,
  [join(root, 'tools/chaos/dist/cluster-main.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    cwd: root,
  },
);
process.exit(status ?? 1);
