import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { HttpAdapter } from './http-adapter.js';
import { HttpConfig } from './http.config.js';

/** Serves health and metrics on a port of their own, so that no route to the service can leak them. */
@Injectable()
export class OperationsServer implements OnApplicationShutdown {
  private server?: Server;

  constructor(private readonly config: HttpConfig) {}

  async open(adapter: HttpAdapter): Promise<void> {
    const { host, operationsPort } = this.config;
    if (operationsPort === undefined) return;
    const sockets = new WeakSet<Socket>();
    this.server = createServer((request, response) => adapter.getInstance().routing(request, response));
    this.server.on('connection', (socket) => sockets.add(socket));
    adapter.separateOperations((socket) => sockets.has(socket));
    this.server.listen(operationsPort, host);
    await once(this.server, 'listening');
  }

  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null | undefined)?.port;
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
