import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadCatalogue, type Catalogue, type Provider } from '@lianban/catalogue';
import { MessagingConfig } from '@lianban/messaging';
import { loadConfig } from '@lianban/service-kit';
import { certify, type Verdict } from './certify.js';
import { DIALECTS } from './dialects.js';
import { KafkaTopics } from './kafka-topics.js';
import { toHtml, toJUnit } from './report.js';

const USAGE = `npm run certify -- --endpoint <address> --secret-file <file> (--provider <id> | --dialect <name> | --row <file>)
  --endpoint     where the provider's system is reached, as its document describes it; for kafka its brokers, kafka://host:port,host:port, with
                 KAFKA_SECURITY and TOPIC_PREFIX as an adapter has them; none for feed, which is tried at --public-url
  --secret-file  a file with the secret that is shared with it
  --provider     a row of the catalogue
  --dialect      any row of the catalogue with this dialect, where there is no row yet
  --row          a file with a row, as in providers.json
  --host-key     fingerprint of its SFTP server (SHA256:…), where the endpoint is sftp://…; else its row holds address and key
  --public-url   how the provider reaches this machine, where it calls us; --listen says at which port
  --patience     seconds that a report or a list may take (60)
  --results      folder for report.html and junit.xml (.results/certify)`;

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string' },
    'secret-file': { type: 'string' },
    provider: { type: 'string' },
    dialect: { type: 'string' },
    row: { type: 'string' },
    'host-key': { type: 'string' },
    'public-url': { type: 'string' },
    listen: { type: 'string' },
    patience: { type: 'string', default: '60' },
    results: { type: 'string', default: '.results/certify' },
    help: { type: 'boolean', default: false },
  },
});

function usage(problem: string): never {
  process.stderr.write(`${problem}\n\n${USAGE}\n`);
  process.exit(2);
}

function chosen(catalogue: Catalogue): Provider {
  const { row, provider: id, dialect } = values;
  if (row !== undefined) return JSON.parse(readFileSync(row, 'utf8')) as Provider;
  const all = catalogue.providers();
  const found = all.find((each) => each.id === id || (id === undefined && each.dialect === dialect));
  return found ?? usage(`The catalogue has no such provider: ${id ?? dialect ?? 'none was named'}.`);
}

function topicsAt(address: string): KafkaTopics {
  const config = loadConfig(MessagingConfig, process.env);
  const { topicPrefix, groupPrefix } = config;
  return new KafkaTopics({
    brokers: address.replace('kafka://', ''),
    topicPrefix,
    groupPrefix,
    security: config,
  });
}

const { 'secret-file': secretFile, 'public-url': publicUrl, listen, patience, results } = values;
if (values.help) usage('Tries a provider by the rules of its dialect.');
const catalogue = loadCatalogue(process.env.CATALOGUE_FOLDER);
const provider = chosen(catalogue);
const { dialect } = provider;
const endpoint = values.endpoint ?? (dialect === 'feed' ? publicUrl : undefined);
if (endpoint === undefined) usage(dialect === 'feed' ? '--public-url is needed.' : '--endpoint is needed.');
if (dialect === 'feed' && listen === undefined) usage('--listen is needed: there the provider pulls.');
if (secretFile === undefined && dialect !== 'kafka') usage('--secret-file is needed.');
const topics = dialect === 'kafka' ? topicsAt(endpoint) : undefined;
const create = topics?.create ?? DIALECTS[dialect];
if (!create) usage(`"${dialect}" is not one of ${[...Object.keys(DIALECTS), 'kafka'].join(', ')}.`);

const verdicts = await certify({
  ...{ provider, create, catalogue, endpoint, publicUrl, topics, timeoutMs: 5_000 },
  hostKey: values['host-key'],
  secret: secretFile === undefined ? '' : readFileSync(secretFile, 'utf8').trim(),
  listenOn: listen === undefined ? undefined : Number(listen),
  patienceMs: Number(patience) * 1_000,
});
const subject = { provider, endpoint, at: new Date() };
mkdirSync(results, { recursive: true });
writeFileSync(join(results, 'report.html'), toHtml(subject, verdicts));
writeFileSync(join(results, 'junit.xml'), toJUnit(subject, verdicts));

const line = ({ rule, result, why }: Verdict): string =>
  `${{ kept: '✓', broken: '✗', 'not-for-this-dialect': '-' }[result]} ${rule.title}${why === undefined ? '' : `\n    ${why}`}\n`;
process.stdout.write(verdicts.map(line).join(''));
const broken = verdicts.filter(({ result }) => result === 'broken').length;
process.stdout.write(`${String(broken)} rules broken; ${resolve(results, 'report.html')}\n`);
process.exitCode = broken > 0 ? 1 : 0;
