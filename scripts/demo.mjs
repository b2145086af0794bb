// npm run demo: registers a request with all five utilities and prints its timeline until it has ended.
// Exits with 0 only when it ended `completed` with a reference of every provider.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const url = process.env.LIANBAN_URL ?? 'http://127.0.0.1:8080';
const issuer = process.env.ISSUER_URL ?? 'http://127.0.0.1:8081';
const patience = Number(process.env.DEMO_SECONDS ?? 30) * 1_000;

const FORM = JSON.parse(readFileSync(new URL('../docs/examples/registration.json', import.meta.url), 'utf8'));

async function call(url, options = {}) {
  const response = await fetch(url, options).catch((error) => {
    throw new Error(
      `${url} does not answer (${error.cause?.code ?? error.message}): is "npm start" running?`,
    );
  });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${JSON.stringify(body, null, 2)}`);
  return body;
}

async function register() {
  const { access_token: token } = await call(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('clerk-lixia:lianban-demo')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return call(`${url}/v1/requests`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      'accept-language': 'en',
    },
    body: JSON.stringify(FORM),
  });
}

const standing = ({ utility, provider, state, delivery, reference, stages }) => {
  const reached = stages?.filter(({ reachedAt }) => reachedAt).at(-1)?.name;
  const told =
    delivery.status === 'delivered'
      ? ''
      : ` (${delivery.operation} ${delivery.status} since ${delivery.since})`;
  return `${utility.padEnd(12)} ${provider.name.padEnd(20)} ${state}${told}${reached ? `, ${reached}` : ''}${reference ? `  [${reference}]` : ''}`;
};

async function follow({ receiptNumber, queryCode }) {
  const started = Date.now();
  const shown = new Map();
  const say = (text) => console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  while (Date.now() - started < patience) {
    const status = await call(`${url}/v1/track/${receiptNumber}`, {
      headers: { 'x-query-code': queryCode, 'accept-language': 'en' },
    }).catch((error) => (error.message.includes('answered 404') ? undefined : Promise.reject(error)));
    if (status) {
      for (const job of status.parts) {
        const line = standing(job);
        if (shown.get(job.utility) !== line) say(line);
        shown.set(job.utility, line);
      }
      const head = `request is ${status.phase}${status.attention === 'none' ? '' : `, ${status.attention} must act`}`;
      if (shown.get('request') !== head) say(head);
      shown.set('request', head);
      if (status.phase === 'ended') return status;
    }
    await pause(100);
  }
  throw new Error(`it has not ended within ${patience / 1000} s`);
}

try {
  const receipt = await register();
  console.log(`receipt ${receipt.receiptNumber}, query code ${receipt.queryCode}`);
  const { outcome, parts } = await follow(receipt);
  const references = parts.filter(({ reference }) => reference).length;
  console.log(`ended: ${outcome}, ${references} provider references`);
  process.exitCode = outcome === 'completed' && references === FORM.utilities.length ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
