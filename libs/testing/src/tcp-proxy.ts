import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * What a proxy does to its connections while it lasts: `reset` breaks them off and refuses new ones, `drop` lets every
 * byte vanish, `delay` holds each back so long, `truncate` lets half of the next piece through and breaks off. Of `from: 'server'` what
 * the client sends goes through.
 */
export type NetworkFault = (
  { kind: 'reset' | 'drop' | 'truncate' } | { kind: 'delay'; milliseconds: number }
) & {
  from?: 'server';
};

/** A proxy between a client and a server on 127.0.0.1 that a test can shut, disturb, and open again. */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private isOpen = true;
  /** Bytes that vanished. */
  droppedBytes = 0;
  private fault?: { fault: NetworkFault; isHit: () => boolean };
  private constructor(
    private readonly server: Server,
    private target: number,
  ) {}

  static async start(port: number, target: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, target);
    server.on('connection', (client) => proxy.join(client));
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(port, '127.0.0.1', resolve),
    );
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resets every connection and refuses new ones. */
  shut(): void {
    this.isOpen = false;
    this.pairs.forEach((pair) => pair.reset());
  }

  /** Refuses new connections; those that are there stay. */
  refuse(): void {
    this.isOpen = false;
  }

  open(): void {
    this.isOpen = true;
  }

  /** Opens it, and leads new connections to another port of 127.0.0.1. */
  leadTo(target: number): void {
    this.target = target;
    this.open();
  }

  /** Disturbs its connections, and those that come, until `recover`; each one only where `isHit` says so. */
  inject(fault: NetworkFault, isHit: () => boolean = () => true): void {
    this.fault = { fault, isHit };
    for (const pair of this.pairs) if (isHit()) pair.apply(fault);
  }

  /** Connections that lost bytes are broken off: nobody could go on with them. */
  recover(): void {
    this.fault = undefined;
    this.pairs.forEach((pair) => pair.recover());
  }

  async stop(): Promise<void> {
    this.shut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    if (!this.isOpen) return void client.resetAndDestroy();
    const pair = new Pair(client, connect(this.target, '127.0.0.1'), {
      onClose: () => this.pairs.delete(pair),
      onDropped: (bytes) => (this.droppedBytes += bytes),
    });
    this.pairs.add(pair);
    if (this.fault?.isHit()) pair.apply(this.fault.fault);
  }
}

/** A client's connection and the server's; what comes on the one goes out on the other. */
class Pair {
  private fault?: NetworkFault;
  private hasDroppedBytes = false;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly callbacks: { onClose(): void; onDropped(bytes: number): void },
  ) {
    this.forward(client, server);
    this.forward(server, client);
  }

  apply(fault: NetworkFault): void {
    if (fault.kind === 'reset') this.reset();
    else this.fault = fault;
  }

  recover(): void {
    this.fault = undefined;
    if (this.hasDroppedBytes) this.reset();
  }

  reset(): void {
    for (const socket of [this.client, this.server]) socket.resetAndDestroy();
  }

  private forward(from: Socket, to: Socket): void {
    let queue = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      const fault = this.faultOf(from);
      if (fault?.kind === 'delay') queue = after(fault.milliseconds, queue);
      from.pause();
      queue = queue.then(() => this.pass(chunk, from, to));
    });
    from.on('end', () => void queue.then(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.callbacks.onClose();
      void queue.then(() => to.destroy());
    });
  }

  private pass(chunk: Buffer, from: Socket, to: Socket): void {
    const kind = this.faultOf(from)?.kind;
    if (kind === 'drop') this.drop(chunk);
    else if (kind === 'truncate') return this.truncate(chunk, to);
    else if (!to.destroyed && !to.write(chunk)) return void to.once('drain', () => from.resume());
    from.resume();
  }

  private faultOf(from: Socket): NetworkFault | undefined {
    return this.fault?.from === 'server' && from === this.client ? undefined : this.fault;
  }

  private drop({ length }: Buffer): void {
    this.hasDroppedBytes = true;
    this.callbacks.onDropped(length);
  }

  private truncate(chunk: Buffer, to: Socket): void {
    if (to.destroyed) return this.reset();
    to.write(chunk.subarray(0, chunk.length >> 1), () => this.reset());
  }
}

const after = (milliseconds: number, before: Promise<void>): Promise<void> =>
  Promise.all([before, new Promise((resolve) => setTimeout(resolve, milliseconds))]).then(() => {});
