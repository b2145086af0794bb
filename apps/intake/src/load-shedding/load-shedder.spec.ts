import { OutboxStalled, type OutboxAgeGuard } from '@lianban/messaging';
import { Metrics } from '@lianban/service-kit';
import { TooBusy } from '../requests/problems.js';
import { LoadShedder } from './load-shedder.js';
import type { WaitingRequests } from './waiting-requests.js';

const shedders: LoadShedder[] = [];

function aShedder(isStalled = false, metrics = new Metrics()) {
  const throwIfStalled = (): void => {
    if (isStalled) throw new OutboxStalled();
  };
  const shedder = new LoadShedder({ throwIfStalled } as OutboxAgeGuard, {} as WaitingRequests, metrics);
  shedders.push(shedder);
  return shedder;
}

describe('load shedding', () => {
  afterEach(() => shedders.splice(0).forEach((shedder) => shedder.onModuleDestroy()));

  it('accepts requests while few wait', () => {
    expect(() => aShedder().throwIfOverloaded(499)).not.toThrow();
  });

  it('refuses a request while many wait to be stored', () => {
    expect(() => aShedder().throwIfOverloaded(500)).toThrow(TooBusy);
  });

  it('counts what it refuses, by the reason', async () => {
    const metrics = new Metrics();
    expect(() => aShedder(true, metrics).throwIfOverloaded(0)).toThrow(OutboxStalled);
    const text = await metrics.registry.metrics();
    expect(text).toContain('lianban_load_shed_total{reason="outbox"} 1');
    expect(text).toContain('lianban_load_shed_total{reason="lag"} 0');
  });

  it('refuses a request while the oldest unsent event is too old', () => {
    expect(() => aShedder(true).throwIfOverloaded(0)).toThrow(OutboxStalled);
  });
});
