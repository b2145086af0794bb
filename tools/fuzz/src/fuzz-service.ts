import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Caller } from './callers.js';
import type { FuzzStack, KnownRequest } from './fuzz-stack.js';
import type { Options } from './options.js';
import { FOLDER, schemathesis } from './schemathesis-tool.js';

const HOOKS = fileURLToPath(new URL('../src/schemathesis/lianban.py', import.meta.url));
const DOCUMENTS = fileURLToPath(new URL('../../../docs/api/', import.meta.url));
/** A token lasts so long; a run that lasted longer proves little. */
const TOKEN_LIFETIME_MS = 900_000;
/** Times that some reader does not know, or takes for another, beside two in order. */
const INSTANTS = [
  '2026-11-27T20:10:00+08:00',
  '2026-11-27T20:10:00.000Z',
  '2026-11-27T20:10:00+08',
  '2026-11-27 20:10:00',
  '2026-11-27T20:10:00',
  '2026-11-27T23:59:60Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59-14:00',
  '2999-01-01T00:00:00Z',
];
const COUNTS = [0, 1, 2, 9007199254740991, 9007199254740992, 1e300];
/** Every process has these; they are looked at once. */
const OF_EVERY_SERVICE = '^/(health|metrics)';

export interface Fuzzed {
  service: string;
  caller: string;
  held: boolean;
  cases: number;
  seconds: number;
  /** Where the whole of what was said is. */
  log: string;
}

/** Fuzzes every operation of a service's document as one caller, in all phases. */
export async function fuzzService(
  service: string,
  caller: Caller,
  context: FuzzStack,
  { maxExamples, seed }: Options,
): Promise<Fuzzed> {
  const started = Date.now();
  const name = `${service}-${caller.name}`;
  const config = join(FOLDER, `${name}.toml`);
  const document = join(FOLDER, `${service}.json`);
  const stored = join(FOLDER, `${name}.kept`);
  rmSync(stored, { force: true });
  writeFileSync(config, configFor(caller, context.known));
  writeFileSync(document, withExample(service, context.known[0]!));
  const { code, output } = await schemathesis(
    [
      ...['--config-file', config, '--no-color', 'run', document],
      ...['--url', context.stack.url, '--max-examples', String(maxExamples), '--seed', String(seed)],
      ...(service === 'intake' ? [] : ['--exclude-path-regex', OF_EVERY_SERVICE]),
    ],
    {
      SCHEMATHESIS_HOOKS: HOOKS,
      LIANBAN_FOREIGN: JSON.stringify(caller.foreign),
      LIANBAN_KEPT: stored,
      ...(caller.secret && { LIANBAN_SECRET: caller.secret }),
    },
  );
  const elapsed = Date.now() - started;
  const log = join(FOLDER, `${name}.log`);
  writeFileSync(log, output);
  const cases = Number(/(\d+) generated/.exec(output)?.[1] ?? 0);
  // Signed in vain, what is behind the signature was not looked at.
  const isReached = !caller.secret || existsSync(stored);
  // With a token that ended on the way, the rest was refused before it was looked at.
  const isAdmitted = !caller.token || elapsed < TOKEN_LIFETIME_MS;
  const held = code === 0 && cases > 0 && isReached && isAdmitted;
  return { service, caller: caller.name, held, cases, seconds: Math.round(elapsed / 1000), log };
}

/** The document with a registration in order, which nothing made up at random would be. */
function withExample(service: string, { form }: KnownRequest): string {
  const text = readFileSync(join(DOCUMENTS, `${service}.json`), 'utf8');
  const document = JSON.parse(text) as {
    paths: Record<string, { post?: { requestBody?: { content: Record<string, object> } } } | undefined>;
  };
  const body = document.paths['/v1/requests']?.post?.requestBody;
  if (body) Object.assign(body.content['application/json']!, { example: form });
  return JSON.stringify(document);
}

/** Real names among the random ones, so that what is behind them is reached. */
function configFor({ headers, token, provider, utility }: Caller, known: readonly KnownRequest[]): string {
  const ids = known.map(({ requestId }) => requestId);
  const words: Record<string, readonly (string | number)[]> = {
    receipts: known.map(({ receiptNumber }) => receiptNumber),
    ids,
    matters: ['JOINT_NEW'],
    reasons: ['material-missing', 'permit', 'force-majeure', 'duplicate', 'withdrawn-by-applicant'],
    providers: provider ? [provider] : ['jinan-water'],
    placements: ids.map((id) => `${id}:${utility}:1`),
    instants: INSTANTS,
    counts: COUNTS,
    states: ['accepted', 'in-progress', 'waiting', 'held', 'completed'],
    stages: ['ACCEPT', 'SURVEY', 'SURVEYY', '现场勘察'],
    days: ['2025-12-04', '2026-02-31', '9999-12-31', '0000-00-00'],
  };
  const parameters = {
    'path.receipt': ['receipts', 0.6],
    'path.requestId': ['ids', 0.6],
    'path.provider': ['providers', 0.9],
    'query.request': ['ids', 0.5],
    'body.matter': ['matters', 0.7],
    'body.reason': ['reasons', 0.7],
    'body.placement': ['placements', 0.9],
    'body.at': ['instants', 0.5],
    'body.sequence': ['counts', 0.3],
    'body.state': ['states', 0.7],
    'body.stage': ['stages', 0.5],
    'body.dueDate': ['days', 0.5],
  } as const;
  const entries = (record: Record<string, string>): string =>
    Object.entries(record)
      .map(([key, value]) => `${JSON.stringify(key)} = ${value}\n`)
      .join('');
  return `
continue-on-failure = true
max-stream-events = 1
request-timeout = 10
${token ? `[auth.openapi.token]\nbearer = ${JSON.stringify(token)}` : ''}
[headers]
${entries(mapped(headers, (value) => JSON.stringify(value)))}
[generation]
# A header or a parameter of the address that nobody reads is no mistake.
allow-extra-parameters = false
[dictionaries]
${entries(mapped(words, (values) => `{ values = ${JSON.stringify(values)} }`))}
[parameters]
${entries(mapped(parameters, ([dictionary, probability]) => `{ dictionary = "${dictionary}", probability = ${probability} }`))}
[checks]
positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 413, 422, 429]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429]
missing_required_header.expected-statuses = [400, 401, 403, 404, 415, 422, 429]
`;
}

const mapped = <T>(record: Record<string, T>, write: (value: T) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, write(value)]));
