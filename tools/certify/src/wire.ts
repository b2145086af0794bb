import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call with its answer, as they went over the wire; credentials are left out. */
export interface Exchange {
  /** Who called: we the provider, or it us. */
  by: 'lianban' | 'provider';
  method: string;
  path: string;
  body: string;
  /** 0 where no answer was let through. */
  status: number;
  answer: string;
}

export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

/** Changes what a provider answers; undefined: the answer is lost. For the specs, which play wrong providers. */
export type Tamper = (exchange: Exchange) => Partial<Answer> | undefined;

const SHOWN_BYTES = 20_000;
const HOP_BY_HOP = ['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding'];
const SECRETS = [
  [/(<password>)[^<]*/g, '$1…'],
  [/((?:client_secret|access_token|password)"?\s*[=:]\s*"?)[^"&\s,}]+/g, '$1…'],
] as const;

export const masked = (text: string): string =>
  SECRETS.reduce((rest, [secret, shown]) => rest.replace(secret, shown), text).slice(0, SHOWN_BYTES);

export const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

/** Stands between us and the provider: keeps what was said, and can lose an answer on its way back. */
export class Wire {
  readonly exchanges: Exchange[] = [];
  private losing = false;
  private readonly server: Server;

  /** @param target the provider's endpoint */
  constructor(
    private readonly target: string,
    private readonly tamper: Tamper = ({ status }) => ({ status }),
  ) {
    this.server = createServer((request, response) => void this.pass(request, response));
  }

  /** Answers where the provider is reached through it. */
  async open(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** The next answer to something that is not a question never arrives. */
  loseNextAnswer(): void {
    this.losing = true;
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '' } = request;
    const sent = await bodyOf(request);
    const exchange: Exchange = {
      ...{ by: 'lianban' as const, method, path: url, body: masked(sent.toString()), status: 0, answer: '' },
    };
    this.exchanges.push(exchange);
    try {
      const answer = await this.forward(request, sent);
      const body = await answer.text();
      Object.assign(exchange, { status: answer.status, answer: body });
      const changed = this.tamper(exchange);
      exchange.answer = masked(changed?.body ?? body);
      if (!changed || (this.losing && isOperation(exchange))) {
        Object.assign(exchange, {
          status: 0,
          answer: `lost on its way: ${String(answer.status)} ${exchange.answer}`,
        });
        this.losing = false;
        request.socket.destroy();
        return;
      }
      const type = changed.contentType ?? answer.headers.get('content-type') ?? 'text/plain';
      const others = ['retry-after', 'location'].flatMap((name) => {
        const value = answer.headers.get(name);
        return value === null ? [] : [[name, value] as const];
      });
      exchange.status = changed.status ?? answer.status;
      response.writeHead(exchange.status, { 'content-type': type, ...Object.fromEntries(others) });
      response.end(changed.body ?? body);
    } catch (error) {
      exchange.answer = `cannot be reached: ${(error as Error).message}`;
      request.socket.destroy();
    }
  }

  private forward({ method = 'GET', url = '', headers }: IncomingMessage, body: Buffer): Promise<Response> {
    const passed = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name));
    return fetch(this.target + url, {
      method,
      headers: passed as [string, string][],
      redirect: 'manual',
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
  }
}

/** Does it tell the provider something to do? Of SOAP the body says so; tokens and subscriptions do not. */
const isOperation = ({ method, path, body }: Exchange): boolean =>
  ['POST', 'PATCH'].includes(method) &&
  !/\/(token|hub)$|\/list$/.test(path) &&
  !/<\w*:?(checkSubmitFlow|queryFlow)\b/.test(body);
