import { createServer } from 'node:http';
import { loadCatalogue } from '@lianban/catalogue';
import { aDriverContext, LoopbackServer } from '@lianban/testing';
import { Tmf641Driver } from './tmf641.driver.js';

const ORDER = { id: 'O-1', externalId: 'any', serviceOrderItem: [{ id: '1' }] };

/** A carrier that lets the order go between two of our questions. */
class Carrier extends LoopbackServer {
  private isCancelled = false;
  protected readonly server = createServer((request, response) => {
    const isAboutCancellations = request.url!.includes('/cancelServiceOrder?');
    const order = { ...ORDER, state: this.isCancelled ? 'cancelled' : 'assessingCancellation' };
    const cancellation = {
      id: 'C-1',
      state: 'done',
      cancellationReason: 'lapsed op-1',
      serviceOrder: { id: 'O-1' },
    };
    const isList = request.url!.includes('?');
    const answer = isAboutCancellations ? cancellation : order;
    if (isAboutCancellations) this.isCancelled = true;
    response.end(JSON.stringify(isList ? [answer] : answer));
  });
}

describe('Tmf641Driver', () => {
  const carrier = new Carrier();
  afterAll(() => carrier.close());

  it('does not take an order for kept that is let go while it is looked at', async () => {
    const provider = loadCatalogue().provider('jinan-mobile')!;
    const driver = new Tmf641Driver(
      aDriverContext({ provider, endpoint: await carrier.open(), secret: ['a secret'] }),
    );
    const job = { requestId: 'any', attempt: 1, placement: 'any', withdrawal: 'op-1' };
    expect(await driver.inspect(job)).toEqual([{ reference: 'O-1', state: 'cancelled' }]);
  });
});
