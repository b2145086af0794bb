import { Readiness } from './readiness.js';

describe('Readiness', () => {
  let readiness: Readiness;
  beforeEach(() => (readiness = new Readiness()));

  it('waits for every requirement', () => {
    const [one, other] = [readiness.require('one'), readiness.require('other')];
    one.fulfil();
    expect(readiness).toMatchObject({ isStarted: false, isReady: false, waitingFor: ['other'] });
    other.fulfil();
    expect(readiness).toMatchObject({ isStarted: true, isReady: true, waitingFor: [] });
  });

  it('has started, and is not ready, while what is missing is excused', () => {
    const consumer = readiness.require('consumer');
    consumer.excuse();
    expect(readiness).toMatchObject({ isStarted: true, isReady: false });
    consumer.fulfil();
    expect(readiness.isReady).toBe(true);
    consumer.excuse();
    expect(readiness.isReady).toBe(true);
  });

  it('ends when the process drains', () => {
    readiness.drain();
    expect(readiness).toMatchObject({ isReady: false, isStarted: true });
  });
});
