import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * What a proxy does to its connections while it lasts: `reset` breaks them off and refuses new ones, `swallow` lets every
 * byte vanish, `delay` holds each back so long, `tear` lets half of the next piece through and breaks off.
 */
export type Harm = { kind: 'reset' | 'swallow' | 'tear' } | { kind: 'delay'; milliseconds: number };

/** A door between a client and a server on 127.0.0.1 that a test can shut, harm, and open again. */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private isOpen = true;
  /** Bytes that vanished. */
  swallowed = 0;
  private harm?: { harm: Harm; isHit: () => boolean };
  private constructor(private readonly server: Server) {}

  static async start(port: number, target: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', (client) => proxy.join(client, target));
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(port, '127.0.0.1', resolve),
    );
    return proxy;
  }

  /** Resets every connection and refuses new ones. */
  shut(): void {
    this.isOpen = false;
    this.pairs.forEach((pair) => pair.reset());
  }

  open(): void {
    this.isOpen = true;
  }

  /** Harms its connections, and those that come, until `heal`; each one only where `isHit` says so. */
  hurt(harm: Harm, isHit: () => boolean = () => true): void {
    this.harm = { harm, isHit };
    for (const pair of this.pairs) if (isHit()) pair.suffer(harm);
  }

  /** Connections that lost bytes are broken off: nobody could go on with them. */
  heal(): void {
    this.harm = undefined;
    this.pairs.forEach((pair) => pair.recover());
  }

  async stop(): Promise<void> {
    this.shut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, target: number): void {
    if (!this.isOpen) return void client.resetAndDestroy();
    const pair = new Pair(client, connect(target, '127.0.0.1'), {
      over: () => this.pairs.delete(pair),
      lost: (bytes) => (this.swallowed += bytes),
    });
    this.pairs.add(pair);
    if (this.harm?.isHit()) pair.suffer(this.harm.harm);
  }
}

/** A client's connection and the server's; what comes on the one goes out on the other. */
class Pair {
  private harm?: Harm;
  private lostBytes = false;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly told: { over(): void; lost(bytes: number): void },
  ) {
    this.carry(client, server);
    this.carry(server, client);
  }

  suffer(harm: Harm): void {
    if (harm.kind === 'reset') this.reset();
    else this.harm = harm;
  }

  recover(): void {
    this.harm = undefined;
    if (this.lostBytes) this.reset();
  }

  reset(): void {
    for (const socket of [this.client, this.server]) socket.resetAndDestroy();
  }

  private carry(from: Socket, to: Socket): void {
    let held = Promise.resolve();
    from.on('data', (piece: Buffer) => {
      if (this.harm?.kind === 'delay') held = after(this.harm.milliseconds, held);
      from.pause();
      held = held.then(() => this.pass(piece, from, to));
    });
    from.on('end', () => void held.then(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.told.over();
      void held.then(() => to.destroy());
    });
  }

  private pass(piece: Buffer, from: Socket, to: Socket): void {
    const kind = this.harm?.kind;
    if (kind === 'swallow') this.lose(piece);
    else if (kind === 'tear') return this.tear(piece, to);
    else if (!to.destroyed && !to.write(piece)) return void to.once('drain', () => from.resume());
    from.resume();
  }

  private lose({ length }: Buffer): void {
    this.lostBytes = true;
    this.told.lost(length);
  }

  private tear(piece: Buffer, to: Socket): void {
    if (to.destroyed) return this.reset();
    to.write(piece.subarray(0, piece.length >> 1), () => this.reset());
  }
}

const after = (milliseconds: number, before: Promise<void>): Promise<void> =>
  Promise.all([before, new Promise((resolve) => setTimeout(resolve, milliseconds))]).then(() => {});
