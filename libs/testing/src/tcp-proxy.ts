import { connect, createServer, type Server, type Socket } from 'node:net';

/** A door between a client and a server on 127.0.0.1 that a test can shut and open again. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private isOpen = true;
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
    this.sockets.forEach((socket) => socket.resetAndDestroy());
  }

  open(): void {
    this.isOpen = true;
  }

  async stop(): Promise<void> {
    this.shut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, target: number): void {
    if (!this.isOpen) return void client.resetAndDestroy();
    const server = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}
