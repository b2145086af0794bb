import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SERVICES } from '@lianban/contracts';
import type { FuzzStack, KnownRequest } from './fuzz-stack.js';

const DOCUMENTS = fileURLToPath(new URL('../../../docs/api/', import.meta.url));

interface Operation {
  parameters?: { name: string; in: string }[];
}

interface Endpoint {
  method: string;
  path: string;
}

/** Every endpoint of one request, by all the documents. */
function endpointsOfARequest(): Endpoint[] {
  return SERVICES.flatMap((service) => {
    const text = readFileSync(`${DOCUMENTS}${service}.json`, 'utf8');
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> };
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter(() => /\{(receipt|requestId)\}/.test(path))
        .map((method) => ({ method: method.toUpperCase(), path })),
    );
  });
}

/** Calls every endpoint of a request as everybody whose request it is not. @returns a sentence for each that answered */
export async function tryForeignRequests(context: FuzzStack): Promise<{ tried: number; opened: string[] }> {
  const opened: string[] = [];
  let tried = 0;
  for (const request of context.known)
    for (const stranger of strangersTo(request))
      for (const { method, path } of endpointsOfARequest()) {
        if (stranger === 'operator' && path.startsWith('/v1/ops/')) continue;
        const answer = await call(context, stranger, method, address(path, request));
        tried += 1;
        const isShown = [request.requestId, request.receiptNumber, ...request.personal].some((word) =>
          answer.text.includes(word),
        );
        if (answer.status < 400 || isShown)
          opened.push(
            `${method} ${path} as ${stranger ?? 'nobody'}: ${answer.status} ${answer.text.slice(0, 200)}`,
          );
      }
  return { tried, opened };
}

/** Accounts that have no part in a request; undefined is nobody, with a wrong query code. */
function strangersTo({ hall, city }: KnownRequest): (string | undefined)[] {
  const [otherHall, otherCity] = [
    hall === 'lixia' ? 'zhangdian' : 'lixia',
    city === 'jinan' ? 'zibo' : 'jinan',
  ];
  const others = ['water', 'electricity', 'gas', 'heat'].map((utility) => `officer-${otherCity}-${utility}`);
  return [undefined, 'operator', `clerk-${otherHall}`, ...others];
}

const address = (path: string, { requestId, receiptNumber }: KnownRequest): string =>
  path
    .replace('{receipt}', receiptNumber)
    .replace('{requestId}', requestId)
    .replace('{utility}', 'water')
    .replace('{id}', requestId);

async function call({ stack }: FuzzStack, account: string | undefined, method: string, path: string) {
  const authorization = account && `Bearer ${await stack.token(account)}`;
  const response = await fetch(stack.url + path, {
    method,
    headers: { 'x-query-code': 'WRONGCODE', ...(authorization && { authorization }), ...JSON_BODY.headers },
    ...(method !== 'GET' && { body: JSON_BODY.body }),
  });
  return { status: response.status, text: await response.text() };
}

const JSON_BODY = {
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ version: 1 }),
};
