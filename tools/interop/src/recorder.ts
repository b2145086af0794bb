import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';

/** A call of a provider's system, with its answer. */
export interface Exchange {
  method: string;
  path: string;
  request: unknown;
  status: number;
  response: unknown;
}

/** Stands between the adapters and the simulated providers, and writes down what they say to each other in JSON. */
export class Recorder {
  readonly exchanges: Exchange[] = [];
  private server!: Server;

  static async start(port: number, target: string): Promise<Recorder> {
    const recorder = new Recorder();
    recorder.server = createServer((request, response) => {
      recorder.pass(request, target).then(
        ({ status, headers, body }) => response.writeHead(status, headers).end(body),
        () => response.destroy(),
      );
    }).listen(port, '127.0.0.1');
    await once(recorder.server, 'listening');
    return recorder;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async pass(request: IncomingMessage, target: string) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/' } = request;
    const sent = Buffer.concat(chunks);
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(target + url, {
      method,
      headers: headers as Record<string, string>,
      ...(sent.length > 0 && { body: sent }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const contentType = answer.headers.get('content-type') ?? 'application/json';
    this.exchanges.push({
      ...{ method, path: url.split('?')[0]!, status: answer.status },
      ...{ request: jsonIn(sent), response: jsonIn(body) },
    });
    return { status: answer.status, headers: { 'content-type': contentType }, body };
  }
}

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return null;
  }
}
