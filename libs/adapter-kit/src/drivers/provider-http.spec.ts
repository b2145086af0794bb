import { createServer, type RequestListener } from 'node:http';
import { LoopbackServer } from '@lianban/testing';
import { ProviderHttp } from './provider-http.js';
import { ProviderUnknown } from './utility-driver.js';

class Counter extends LoopbackServer {
  protected readonly server;

  constructor(answer: RequestListener) {
    super();
    this.server = createServer(answer);
  }
}

const TIMEOUT_MS = 100;

describe('a call of a provider', () => {
  it.each<[string, RequestListener, string]>([
    ['never answered', () => {}, 'no answer in time'],
    ['answered by half', (_, response) => response.write('{'), 'no answer in time'],
    ['cut off', ({ socket }) => socket.destroy(), 'no answer: UND_ERR_SOCKET'],
  ])('that is %s says so to whoever must look', async (_, answer, message) => {
    const counter = new Counter(answer);
    const url = await counter.open();
    const http = new ProviderHttp({ concurrency: 1 }, TIMEOUT_MS, 1_000);
    const call = http.call({ method: 'POST', url, body: '{}' });
    await expect(call).rejects.toThrow(new ProviderUnknown(message));
    counter.close();
  });
});
