import { OutboxStalled, type OutboxAgeGuard } from '@lianban/messaging';
import { TooBusy } from '../requests/refusals.js';
import { LoadShedder } from './load-shedder.js';

function aShedder(isStalled = false) {
  const throwIfStalled = (): void => {
    if (isStalled) throw new OutboxStalled();
  };
  return new LoadShedder({ throwIfStalled } as OutboxAgeGuard);
}

describe('load shedding', () => {
  it('accepts requests while few wait', () => {
    expect(() => aShedder().throwIfOverloaded(499)).not.toThrow();
  });

  it('refuses a request while many wait to be stored', () => {
    expect(() => aShedder().throwIfOverloaded(500)).toThrow(TooBusy);
  });

  it('refuses a request while the oldest unsent event is too old', () => {
    expect(() => aShedder(true).throwIfOverloaded(0)).toThrow(OutboxStalled);
  });
});
