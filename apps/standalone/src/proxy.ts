import {
  Agent,
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';
import type { WebPages } from '@lianban/web';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });
/** Longer than clients keep a connection that they do not use: who closes first may cut off a call that is on its way. */
const KEEP_ALIVE_MS = 75_000;

export interface Address {
  host: string;
  port: number;
}

/** One address for services on addresses of their own, as an ingress gives it on a cluster; streams pass as they come. */
export function startProxy(
  own: Address,
  addressFor: (path: string) => Address | undefined,
  pages: WebPages = () => false,
): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    if (pages(incoming, outgoing)) return;
    const target = addressFor(incoming.url!);
    if (target) forward(incoming, outgoing, target);
    else sendProblem(outgoing, 404, 'not-found');
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return new Promise((resolve, reject) =>
    server.once('error', reject).listen(own.port, own.host, () => resolve(server)),
  );
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, target: Address): void {
  const { method, url: path } = incoming;
  const headers = { ...incoming.headers, 'x-forwarded-for': incoming.socket.remoteAddress };
  const forwarded = send({ ...target, method, path, headers, agent }, (response) => {
    outgoing.writeHead(response.statusCode!, response.headers);
    // A service that dies in the middle of an answer must not leave the caller waiting for the rest.
    pipeline(response, outgoing, () => {});
  });
  forwarded.on('error', () => sendProblem(outgoing, 503, 'service-away'));
  outgoing.on('close', () => forwarded.destroy());
  incoming.pipe(forwarded);
}

function sendProblem(outgoing: ServerResponse, status: number, code: string): void {
  if (outgoing.headersSent) return void outgoing.destroy();
  const headers = {
    'content-type': 'application/problem+json',
    ...(status === 503 && { 'retry-after': '2' }),
  };
  outgoing
    .writeHead(status, headers)
    .end(JSON.stringify({ type: `urn:lianban:problem:${code}`, status, code }));
}
