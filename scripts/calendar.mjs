// npm run calendar -- import <file> [--check]: takes a year's notice of holidays to every service of an installation.
// The file holds { "year": 2027, "off": ["01-01", "02-05..02-11", …], "makeUp": ["02-20", …] }, or a list of such years.
// Without arguments it says which years each service knows. LIANBAN_URL is the installation; the token is LIANBAN_TOKEN,
// an operator's, or that of the local issuer's demo account (ISSUER_URL).
import { readFileSync } from 'node:fs';
import { SERVICES } from '../libs/contracts/dist/index.js';
import { operatorToken } from './operator-token.mjs';

const address = process.env.LIANBAN_URL ?? 'http://127.0.0.1:8080';
const [command, file] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const isCheck = process.argv.includes('--check');

try {
  if (command === undefined) await show();
  else if (command === 'import' && file) await importFile();
  else throw new Error('usage: npm run calendar [-- import <file> [--check]]');
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

async function show() {
  const token = await operatorToken();
  for (const service of SERVICES) {
    const { announced, daysLeft, catalogueVersion } = await call(service, token);
    console.log(
      `${service.padEnd(22)} ${announced.join(' ')}, ${daysLeft} days left, catalogue ${catalogueVersion}`,
    );
  }
}

async function importFile() {
  const notices = [JSON.parse(readFileSync(file, 'utf8'))].flat();
  const token = await operatorToken();
  for (const notice of notices) {
    // Routing last: it counts the promises anew, and by then nobody promises by the days before.
    const services = SERVICES.toSorted((a, b) => (a === 'routing') - (b === 'routing'));
    const { off, worked } = await call(services[0], token, { ...notice, checkOnly: true });
    console.log(
      `${notice.year}: off now ${off.join(' ') || '(none)'}; worked now ${worked.join(' ') || '(none)'}`,
    );
    if (isCheck) continue;
    for (const service of services) {
      const { catalogueVersion } = await call(service, token, notice);
      console.log(`${service.padEnd(22)} has it, catalogue ${catalogueVersion}`);
    }
  }
}

function call(service, token, notice) {
  const headers = {
    authorization: `Bearer ${token}`,
    'accept-language': 'en',
    'content-type': 'application/json',
  };
  const options = notice ? { method: 'POST', headers, body: JSON.stringify(notice) } : { headers };
  return json(`${address}/v1/ops/${service}/calendar`, options);
}

async function json(url, options) {
  const response = await fetch(url, options).catch((error) => {
    throw new Error(`${url} does not answer (${error.cause?.code ?? error.message})`);
  });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  const reasons = (body.errors ?? []).map(({ pointer, detail }) => `  ${pointer}: ${detail}`);
  throw new Error([`${url} answered ${response.status} ${body.code ?? ''}`, ...reasons].join('\n'));
}
