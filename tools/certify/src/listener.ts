import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  JobReport,
  type ProviderCallback,
  type ProviderReport,
  readPlacementName,
} from '@lianban/adapter-kit';
import { readTolerantly } from '@lianban/service-kit';
import { Webhook } from 'standardwebhooks';
import { isFeed } from './feed.js';
import { bodyOf, masked, type Exchange } from './wire.js';

/** Where the provider calls us: reports signed as in Standard Webhooks, or calls in a form of its own. */
export class Listener {
  read: (callback: ProviderCallback) => Promise<ProviderReport[]> | undefined = () => undefined;
  /** Gives a provider that pulls what it pulls. */
  feed?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  private readonly server: Server;

  constructor(
    private readonly secret: string,
    private readonly exchanges: Exchange[],
    private readonly take: (reports: ProviderReport[]) => void,
  ) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** @param port any free one unless given; then on every address of this machine */
  async open(port?: number): Promise<string> {
    await new Promise<void>((done) =>
      port === undefined ? this.server.listen(0, '127.0.0.1', done) : this.server.listen(port, done),
    );
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.feed && isFeed(request)) return this.feed(request, response);
    const { method = 'GET', url = '', headers } = request;
    const body = await bodyOf(request);
    const exchange: Exchange = {
      ...{
        by: 'provider' as const,
        method,
        path: url,
        body: masked(body.toString()),
        status: 202,
        answer: '',
      },
    };
    this.exchanges.push(exchange);
    try {
      const [, path] = /\/callbacks(.*)$/.exec(url) ?? [];
      this.take(
        path === undefined
          ? this.readReport(headers, body)
          : ((await this.read({ path, headers, body })) ?? []),
      );
    } catch (error) {
      exchange.status = 401;
      exchange.answer = (error as Error).message;
    }
    response.writeHead(exchange.status).end();
  }

  private readReport(headers: IncomingMessage['headers'], body: Buffer): ProviderReport[] {
    const value = new Webhook(this.secret).verify(body.toString(), headers as Record<string, string>) as {
      placement?: string;
    };
    const [, utility = ''] = (value.placement ?? '').split(':');
    const about = readPlacementName(value.placement ?? '', utility);
    const { form, errors } = readTolerantly(JobReport, value);
    if (!about) throw new Error(`/placement: ${String(value.placement)} is none of ours`);
    if (errors.length > 0)
      throw new Error(errors.map(({ pointer, code }) => `${pointer} ${code}`).join(', '));
    return [{ id: String(headers['webhook-id']), ...about, report: form }];
  }
}
