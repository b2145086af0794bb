// npm run mend-cursors [-- <service> …]: after a database was restored from a copy, while the services are stopped.
// Without names every service is mended, as it must be where they read each other's outboxes (transport `postgres`).
// ADMIN_DATABASE_URL names the database; without it, the embedded one of LIANBAN_DATA is started for the purpose.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SERVICES } from '../libs/contracts/dist/index.js';
import { asAdmin, startPostgres } from '../libs/engines/dist/index.js';
import { mendCursors } from '../libs/messaging/dist/index.js';

const names = process.argv.slice(2).map((name) => name.replaceAll('_', '-'));
const unknown = names.filter((name) => !SERVICES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no service ${unknown.join(', ')}. Services: ${SERVICES.join(', ')}`);
  process.exit(1);
}

if (process.env.ADMIN_DATABASE_URL) await mend(process.env.ADMIN_DATABASE_URL);
else await mendEmbedded();

async function mendEmbedded() {
  const data = resolve(process.env.LIANBAN_DATA ?? '.data');
  const { postgres: password } = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8'));
  const port = Number(process.env.POSTGRES_PORT ?? 54320);
  const postgres = await startPostgres({ folder: join(data, 'postgres'), port, password });
  try {
    await mend(postgres.urlOf('postgres', password, 'lianban'));
  } finally {
    await postgres.stop();
  }
}

function mend(url) {
  return asAdmin(url, async (admin) => {
    for (const name of names.length > 0 ? names : SERVICES) {
      await mendCursors(admin, name);
      console.log(`${name}: mended`);
    }
  });
}
