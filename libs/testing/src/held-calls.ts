import { createServer, type IncomingMessage } from 'node:http';
import { LoopbackServer } from './loopback-server.js';

type IsMeant = (request: IncomingMessage, body: string) => boolean;

/** Stands before a provider and holds back a call, or refuses one, as a net does that nobody can foresee. */
export class HeldCalls extends LoopbackServer {
  /** Address of the provider. */
  target = '';
  /** Calls that are answered with 503 and never reach it. */
  refused?: IsMeant;
  private readonly holding = new Set<{ isMeant: IsMeant; released: Promise<void> }>();

  /** Holds the next such call, whoever still waits for it. Answers how it is let through. */
  hold(isMeant: IsMeant): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.holding.add({ isMeant, released: promise });
    return resolve;
  }

  protected readonly server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (this.refused?.(request, body.toString())) return response.writeHead(503).end();
    const held = [...this.holding].find(({ isMeant }) => isMeant(request, body.toString()));
    if (held) {
      this.holding.delete(held);
      await held.released;
    }
    const {
      host: _1,
      connection: _2,
      'content-length': _3,
      'transfer-encoding': _4,
      ...headers
    } = request.headers;
    const isAsking = request.method === 'GET' || request.method === 'HEAD';
    const answer = await fetch(this.target + request.url!, {
      method: request.method!,
      headers: headers as Record<string, string>,
      ...(!isAsking && body.length > 0 && { body }),
    });
    const sent = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    return response.end(sent);
  });
}
