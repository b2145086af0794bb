// npm run openapi: writes the API document of every service anew, from the classes that validate and from the code.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

prepare();
const { status } = spawnSync(node, [join(root, 'tools/openapi/dist/main.js')], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
