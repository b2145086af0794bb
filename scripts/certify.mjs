// npm run certify: prepares, then tries a provider's own endpoint by the rules of its dialect (tools/certify/README.md).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

prepare();
const main = join(root, 'tools/certify/dist/main.js');
process.exit(spawnSync(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
