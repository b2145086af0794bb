import {
  Agent,
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream';
import type { Instance } from './addresses.js';

const CHECK_INTERVAL_MS = 250;
const TIMEOUT_MS = 1_000;
/** Looks in a row that must fail before an instance is left out, as Kubernetes has it (`failureThreshold`). */
const FAILURE_THRESHOLD = 3;
/** Longer than any client keeps a connection, as an ingress has it: else one may be closed while a call is on its way. */
const KEEP_ALIVE_MS = 75_000;
const agent = new Agent({ keepAlive: true, maxSockets: 512, timeout: 3_000 });

/** The load balancer's own answer where no instance can be reached; not a service's problem. */
export const NO_INSTANCE = 'no-instance-ready';

/**
 * One address for several instances of each service, as an ingress on a cluster: an instance that is not ready, or whose
 * end has been announced, gets nothing new; what was sent is never sent again.
 */
export class LoadBalancer {
  private readonly ready = new Set<string>();
  private readonly draining = new Set<string>();
  private turn = 0;
  private isClosed = false;

  private constructor(
    private readonly server: Server,
    private readonly instances: readonly Instance[],
    private readonly serviceOf: (path: string) => string | undefined,
  ) {}

  static async open(
    port: number,
    instances: readonly Instance[],
    serviceOf: (path: string) => string | undefined,
  ): Promise<LoadBalancer> {
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
    const loadBalancer = new LoadBalancer(server, instances, serviceOf);
    server.on('request', (incoming, outgoing) => loadBalancer.forward(incoming, outgoing));
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(port, '127.0.0.1', resolve),
    );
    for (const instance of instances) void loadBalancer.watch(instance);
    return loadBalancer;
  }

  isReady = (name: string): boolean => this.ready.has(name);

  /** Takes an instance off the list before it is ended. */
  drain = (name: string): unknown => this.draining.add(name);

  /** It has ended: nothing is sent there until it is found ready again. */
  forget(name: string): void {
    this.ready.delete(name);
    this.draining.delete(name);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async watch({ name, port }: Instance): Promise<void> {
    for (let failures = 0; !this.isClosed;) {
      failures = (await isReady(port)) ? 0 : failures + 1;
      if (failures === 0) this.ready.add(name);
      else if (failures >= FAILURE_THRESHOLD) this.ready.delete(name);
      await new Promise((resolve) => setTimeout(resolve, CHECK_INTERVAL_MS));
    }
  }

  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { remoteAddress } = incoming.socket;
    // Its client has left already.
    if (remoteAddress === undefined) return void outgoing.destroy();
    const target = this.choose(this.serviceOf(incoming.url!));
    if (!target) return answerNoInstance(outgoing);
    const { method, url: path } = incoming;
    const headers = { ...incoming.headers, 'x-forwarded-for': remoteAddress };
    const forwarded = send(
      { host: '127.0.0.1', port: target.port, method, path, headers, agent },
      (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        pipeline(answer, outgoing, () => {});
      },
    );
    forwarded.on('error', () => answerNoInstance(outgoing));
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  }

  private choose(service: string | undefined): Instance | undefined {
    const able = this.instances.filter(
      (each) => each.service === service && this.ready.has(each.name) && !this.draining.has(each.name),
    );
    return able[this.turn++ % able.length];
  }
}

const isReady = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
    async (answer) => {
      await answer.arrayBuffer();
      return answer.ok;
    },
    () => false,
  );

function answerNoInstance(outgoing: ServerResponse): void {
  if (outgoing.headersSent) return void outgoing.destroy();
  outgoing
    .writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' })
    .end(JSON.stringify({ code: NO_INSTANCE }));
}
