import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { loadCatalogue } from '@lianban/catalogue';
import { SERVICES } from '@lianban/contracts';
import { PROBLEMS } from '../stack/paths.js';
import type { Caller } from '../load/caller.js';
import type { Effect, Finding, Parked, Text } from './facts.js';

export const journalIn = (simulatorFolder: string): string => join(simulatorFolder, 'journal.jsonl');

/** What the simulated providers did, line by line of their journal. */
export async function effectsIn(simulatorFolder: string): Promise<Effect[]> {
  const effects: Effect[] = [];
  const lines = createInterface({ input: createReadStream(journalIn(simulatorFolder)) });
  for await (const line of lines) {
    if (!line.startsWith('{"entry":"taken"')) continue;
    const { operation: received, verdict } = JSON.parse(line) as {
      operation: Effect;
      verdict: { outcome: string };
    };
    if (verdict.outcome !== 'taken') continue;
    const { provider, placement, operation, kind } = received;
    effects.push({ provider, placement, operation, kind });
  }
  return effects;
}

export async function textsOf(simulatorUrl: string): Promise<Text[]> {
  return (await (await fetch(`${simulatorUrl}/control/sms`)).json()) as Text[];
}

/** Everything that lies aside where an operator sees it: messages of every service, operations of the adapters. */
export async function parkedIn(caller: Caller): Promise<Parked[]> {
  const messages = await Promise.all(SERVICES.map((service) => parkedMessages(caller, service)));
  const operations = await Promise.all(adapters.map((service) => parkedOperations(caller, service)));
  return [...messages, ...operations].flat();
}

const adapters = SERVICES.filter((service) => service.startsWith('adapter-'));

export interface ParkedMessage {
  id: string;
  sourcePosition: string;
  headers: Record<string, string>;
  reason: string;
}

/** All parked messages of a service, page by page. */
export async function* pagesOfParked(caller: Caller, service: string): AsyncGenerator<ParkedMessage[]> {
  for (let after = '0'; ;) {
    const path = `/v1/ops/${service}/parked?after=${after}`;
    const { messages } = await read<{ messages: ParkedMessage[] }>(
      caller,
      'GET /v1/ops/:service/parked',
      path,
    );
    if (messages.length === 0) return;
    yield messages;
    after = messages.at(-1)!.id;
  }
}

async function parkedMessages(caller: Caller, service: string): Promise<Parked[]> {
  const parked: Parked[] = [];
  for await (const page of pagesOfParked(caller, service))
    parked.push(...page.map(({ headers, reason }) => ({ service, requestId: headers.ce_subject, reason })));
  return parked;
}

async function parkedOperations(caller: Caller, service: string): Promise<Parked[]> {
  const path = `/v1/ops/${service}/operations/parked`;
  const { operations } = await read<{ operations: { requestId: string; kind: string; lastError: string }[] }>(
    caller,
    'GET /v1/ops/:service/operations/parked',
    path,
  );
  return operations.map(({ requestId, kind, lastError }) => ({
    service,
    requestId,
    reason: `${kind}: ${lastError}`,
  }));
}

/** What an operator is shown as otherwise than it should be, when second orders are no longer being withdrawn or a minute is over. */
export async function findingsIn(caller: Caller): Promise<Finding[]> {
  for (const end = Date.now() + 60_000; ; await pause(500)) {
    const findings = await findingsNow(caller);
    const isSettled = !findings.some(({ secondOrders }) =>
      secondOrders.some(({ state }) => state === 'being-withdrawn'),
    );
    if (isSettled || Date.now() > end) return findings;
  }
}

async function findingsNow(caller: Caller): Promise<Finding[]> {
  const found = await Promise.all(
    adapters.map((service) =>
      read<{ findings: Finding[] }>(caller, 'GET /v1/ops/:service/findings', `/v1/ops/${service}/findings`),
    ),
  );
  return found.flatMap(({ findings }) => findings);
}

async function read<T>(caller: Caller, endpoint: string, path: string): Promise<T> {
  for (let tries = 0; ; tries++) {
    const { status, text } = await caller.call({ endpoint, path, as: 'operator' });
    if (status === 200) return JSON.parse(text) as T;
    if (tries > 20) throw new Error(`${path} answered ${status}: ${text}`);
    await pause(500);
  }
}

/** The codes of the documented problems. */
export const documentedCodes = (): string[] =>
  [...readFileSync(PROBLEMS, 'utf8').matchAll(/^\| `([a-z-]+)`/gm)].map(([, code]) => code!);

export const lookUpProviders = (catalogueFolder?: string): string[] =>
  loadCatalogue(catalogueFolder)
    .providers()
    .filter(({ retrySafety }) => retrySafety === 'status-query')
    .map(({ id }) => id);
