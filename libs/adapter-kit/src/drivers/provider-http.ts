import { AsyncLocalStorage } from 'node:async_hooks';
import type { Provider } from '@lianban/catalogue';
import { readJsonTolerantly, readTolerantly } from '@lianban/service-kit';
import { Agent, request, type Dispatcher } from 'undici';
import { ProviderUnavailable, ProviderUnknown } from './utility-driver.js';

export interface HttpCall {
  method: Dispatcher.HttpMethod;
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /**
   * On a connection of its own. What was sent may lie in a connection that a busy provider has not accepted yet
   * (docs/decisions/look-ups-use-new-connections.md): a question on an older connection would overtake it and be told "absent".
   */
  isQuestion?: boolean;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

const LONGEST_WAIT_MS = 3_600_000;

/** When the operation that is being told must be over, by `performance.now()`. */
const operationEnd = new AsyncLocalStorage<number>();

/** All calls of a provider in there have together the time of one: what an operation's lease is made for. */
export const withinOneTimeout = <T>(timeout: number, tell: () => Promise<T>): Promise<T> =>
  operationEnd.run(performance.now() + timeout, tell);

/** Errors of a socket that carried nothing to the provider. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const LATE = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** HTTP as every dialect over it needs it: never more calls, longer waits or larger answers than one provider is worth. */
export class ProviderHttp {
  private readonly agent: Agent;
  private readonly askingAgent: Agent;

  constructor(
    { concurrency }: Pick<Provider, 'concurrency'>,
    private readonly timeout: number,
    /** An answer that never ends must not fill our memory. */
    private readonly longestAnswerBytes: number,
  ) {
    const limits = {
      connections: concurrency,
      connect: { timeout },
      headersTimeout: timeout,
      bodyTimeout: timeout,
      maxResponseSize: longestAnswerBytes,
    };
    this.agent = new Agent(limits);
    this.askingAgent = new Agent({ ...limits, pipelining: 0 });
  }

  /** @throws ProviderUnavailable where nothing was sent or it is too much (429), ProviderUnknown where no whole answer came */
  async call({ method, url, headers, body, isQuestion }: HttpCall): Promise<HttpAnswer> {
    const left = Math.floor((operationEnd.getStore() ?? Infinity) - performance.now());
    if (left <= 0) throw new ProviderUnavailable('took too long over what was asked before', false);
    try {
      const response = await request(url, {
        method,
        dispatcher: isQuestion ? this.askingAgent : this.agent,
        signal: AbortSignal.timeout(Math.min(this.timeout, left)),
        ...(headers && { headers }),
        ...(body && { body }),
      });
      const bytes = Buffer.from(await response.body.arrayBuffer());
      const answer = { status: response.statusCode, headers: response.headers, body: bytes };
      if (answer.status === 429)
        throw new ProviderUnavailable('asked to slow down', true, retryAfterMs(answer));
      return answer;
    } catch (error) {
      if (error instanceof ProviderUnavailable) throw error;
      const { code, name } = error as { code?: string; name: string };
      if (NOT_SENT.has(code ?? '')) throw new ProviderUnavailable(`cannot connect: ${code}`);
      if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
        throw new ProviderUnknown(`answered with more than ${this.longestAnswerBytes} bytes`, false);
      const isLate = name === 'TimeoutError' || LATE.has(code ?? '');
      throw new ProviderUnknown(isLate ? 'no answer in time' : `no answer: ${code ?? name}`);
    }
  }
}

/** Its header Retry-After in milliseconds, which is seconds or a date (RFC 9110, 10.2.3); at most an hour, whatever it says. */
export function retryAfterMs({ headers }: Pick<HttpAnswer, 'headers'>): number | undefined {
  const text = String(headers['retry-after'] ?? '');
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), LONGEST_WAIT_MS);
}

/** What a status means of which the dialect has no word of its own. @throws ProviderUnavailable, ProviderUnknown */
export function failForStatus(status: number): never {
  if (status === 409) throw new ProviderUnknown('has another body under our id', false);
  if (status >= 500) throw new ProviderUnknown(`answered ${status}`, isDown(status));
  throw new ProviderUnavailable(`did not understand us: ${status}`, false);
}

/** A gateway's words for "nobody there"; any other 5xx may be about this one operation. */
export const isDown = (status: number): boolean => status === 502 || status === 503 || status === 504;

/** Undefined where it is no JSON. */
export function jsonIn({ body }: Pick<HttpAnswer, 'body'>): unknown {
  try {
    return readJsonTolerantly(body);
  } catch {
    return undefined;
  }
}

/** An answer that cannot be read is none: what was sent may have been taken. @throws ProviderUnknown */
export function readAnswer<T extends object>(Target: new () => T, value: unknown): T {
  const { form, errors } = readTolerantly(Target, value);
  const wrong = errors.map(({ pointer, code }) => `${pointer} ${code}`).join(', ');
  if (wrong) throw new ProviderUnknown(`gave an answer that cannot be read: ${wrong}`, false);
  return form;
}
