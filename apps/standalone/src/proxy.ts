import {
  Agent,
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** One address for services on ports of their own, as an ingress gives it on a cluster; streams pass as they come. */
export function startProxy(port: number, portOf: (path: string) => number | undefined): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const target = portOf(incoming.url!);
    if (target) forward(incoming, outgoing, target);
    else sendProblem(outgoing, 404, 'not-found');
  });
  return new Promise((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server)),
  );
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, port: number): void {
  const { method, url: path } = incoming;
  const headers = { ...incoming.headers, 'x-forwarded-for': incoming.socket.remoteAddress };
  const forwarded = send({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
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
