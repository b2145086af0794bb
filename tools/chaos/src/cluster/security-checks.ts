import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFESTS } from '../stack/paths.js';
import { OVERLAY, row, type Check } from './check.js';

const PROBE_RIGHTS = `
const { writeFileSync, readFileSync } = require('node:fs');
let writes = 'no';
try { writeFileSync('/app/x', ''); writes = 'yes'; } catch {}
const status = readFileSync('/proc/1/status', 'utf8');
console.log(JSON.stringify({ uid: process.getuid(), writes, caps: /CapEff:\\s*(\\w+)/.exec(status)[1], newPrivileges: /NoNewPrivs:\\s*(\\d)/.exec(status)[1] }));
`;

/** Not root, no capability, nothing to write to, no warning of Pod Security. */
export const isRestricted: Check = async (cluster) => {
  const warnings = (await cluster.tried(['apply', '-k', OVERLAY, '--dry-run=server'])).match(/warning/gi);
  const wrong: string[] = [];
  const pods = await cluster.pods();
  for (const { metadata } of pods) {
    const answer = JSON.parse(
      await cluster.call(['exec', metadata.name, '--', 'node', '-e', PROBE_RIGHTS]),
    ) as {
      uid: number;
      writes: string;
      caps: string;
      newPrivileges: string;
    };
    if (
      answer.uid === 0 ||
      answer.writes === 'yes' ||
      Number(`0x${answer.caps}`) !== 0 ||
      answer.newPrivileges !== '1'
    )
      wrong.push(`${metadata.name} ${JSON.stringify(answer)}`);
  }
  return row(
    '2 restricted',
    `${warnings?.length ?? 0} warnings, ${wrong.length} of ${pods.length} pods may more than they should ${wrong.slice(0, 2).join('; ')}`,
    '0, 0',
    !warnings && wrong.length === 0,
  );
};

const PROBE_NETWORK = `
const { connect } = require('node:net');
const targets = process.argv.slice(1);
const tried = targets.map((target) => new Promise((resolve) => {
  const at = target.lastIndexOf(':');
  const socket = connect({ host: target.slice(0, at), port: Number(target.slice(at + 1)) });
  const end = (answer) => { socket.destroy(); resolve(answer); };
  socket.once('connect', () => end(true)).once('error', () => end(false));
  setTimeout(() => end(false), 3000);
}));
Promise.all(tried).then((open) => console.log(JSON.stringify(open)));
`;
/** Who may reach whom; anything else must not. A public address stands for everything outside. */
const OPEN: Record<string, readonly string[]> = {
  intake: ['postgres:5432', 'kafka:9092', 'issuer:8081'],
  routing: ['postgres:5432', 'kafka:9092', 'issuer:8081'],
  tracking: ['postgres:5432', 'kafka:9092', 'issuer:8081'],
  notification: ['postgres:5432', 'kafka:9092', 'issuer:8081', 'providers:8090'],
  'adapter-gas': ['postgres:5432', 'kafka:9092', 'issuer:8081', 'providers:8090'],
  gateway: ['intake:3000', 'tracking:3000', 'adapter-gas:3000'],
  providers: ['gateway:8080'],
  issuer: [],
};
const TARGETS = [
  'postgres:5432',
  'kafka:9092',
  'issuer:8081',
  'providers:8090',
  'gateway:8080',
  'intake:3000',
  'tracking:3000',
  'adapter-gas:3000',
  'intake:8081',
  '1.1.1.1:443',
];

/** Every pair of the matrix in k8s/network.md is tried from inside a pod. */
export const isClosed: Check = async (cluster) => {
  const wrong: string[] = [];
  for (const [from, open] of Object.entries(OPEN)) {
    const said = await cluster.call([
      'exec',
      `deployment/${from}`,
      '--',
      'node',
      '-e',
      PROBE_NETWORK,
      ...TARGETS,
    ]);
    const reached = JSON.parse(said) as boolean[];
    TARGETS.forEach((target, index) => {
      if (target.startsWith(`${from}:`)) return;
      if (reached[index] !== open.includes(target))
        wrong.push(`${from} → ${target} is ${reached[index] ? 'open' : 'closed'}`);
    });
  }
  return row(
    '11 network',
    `${Object.keys(OPEN).length * TARGETS.length} ways tried, ${wrong.length} otherwise than they should be ${wrong.slice(0, 4).join('; ')}`,
    '0',
    wrong.length === 0,
  );
};

/** The demo's secrets are found nowhere that people read: logs, metrics, descriptions. */
export const keepsSecrets: Check = async (cluster) => {
  const secrets = readFileSync(join(MANIFESTS, 'platform/demo/secrets.yaml'), 'utf8');
  const values = [...secrets.matchAll(/^ {2}(?:password|secret|[a-z-]+): "?([^"\n]{12,})"?$/gm)]
    .map(([, value]) => value!)
    .filter(
      (value) => value.startsWith('lianban-demo-') || value.startsWith('whsec_') || value.startsWith('1:'),
    );
  const shown: string[] = [];
  const look = (where: string, text: string): void => {
    for (const value of values) if (text.includes(value)) shown.push(`${where} shows ${value.slice(0, 16)}…`);
  };
  for (const { metadata } of await cluster.pods()) {
    look(`the log of ${metadata.name}`, await cluster.tried(['logs', metadata.name]));
    const metrics = `fetch('http://127.0.0.1:8081/metrics').then((r) => r.text()).then(console.log)`;
    look(
      `the metrics of ${metadata.name}`,
      await cluster.tried(['exec', metadata.name, '--', 'node', '-e', metrics]),
    );
  }
  look('describe', await cluster.tried(['describe', 'pods']));
  look('a ConfigMap', await cluster.tried(['get', 'configmaps', '-o', 'yaml']));
  return row(
    '14 secrets',
    `${values.length} values looked for, ${shown.length} found ${shown.slice(0, 2).join('; ')}`,
    '0',
    values.length > 10 && shown.length === 0,
  );
};
