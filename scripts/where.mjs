// npm run where -- <receipt number or request id>: what a request waits for, and what every service has of it.
// LIANBAN_URL is the installation; the token is LIANBAN_TOKEN, an operator's, or that of the local issuer's demo account.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { operatorToken } from './operator-token.mjs';
import { node, root } from './prepare.mjs';

const { status } = spawnSync(
  node,
  [join(root, 'apps/standalone/dist/programs/where.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      SERVICES_URL: process.env.LIANBAN_URL ?? 'http://127.0.0.1:8080',
      OPERATOR_TOKEN: await operatorToken().catch((error) => {
        console.error(error.message);
        process.exit(1);
      }),
    },
  },
);
process.exit(status ?? 1);
