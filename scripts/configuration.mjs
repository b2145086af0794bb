// npm run configuration: writes the table of every environment variable anew, from the classes that read them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

prepare();
const { status } = spawnSync(node, [join(root, 'tools/openapi/dist/configuration-main.js')], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
