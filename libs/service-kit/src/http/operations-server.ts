import { createServer } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { HttpAdapter } from './http-adapter.js';
import { HttpConfig } from './http.config.js';

/** Serves health and metrics on a port of their own, so that nothing from outside reaches them; closed last. */
@Injectable()
export class OperationsServer implements OnApplicationShutdown {
  private readonly server = createServer((request, response) => {
    this.host.httpAdapter.markOperations(request);
    this.host.httpAdapter.getInstance().routing(request, response);
  });

  constructor(
    private readonly host: HttpAdapterHost<HttpAdapter>,
    private readonly config: HttpConfig,
  ) {}

  /** Opens `OPERATIONS_PORT`, where there is one. Rejects when it is taken. */
  async open(): Promise<void> {
    const { host, operationsPort } = this.config;
    if (operationsPort === undefined) return;
    this.host.httpAdapter.separatesOperations = true;
    await new Promise<void>((resolve, reject) =>
      this.server.once('error', reject).listen(operationsPort, host, resolve),
    );
  }

  onApplicationShutdown() {
    this.server.close();
    this.server.closeAllConnections();
  }
}
