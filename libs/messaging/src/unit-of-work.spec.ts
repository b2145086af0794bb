import { PendingEvents } from './unit-of-work.js';

describe('what is left for after the commit', () => {
  const calls: string[] = [];
  const hook = (name: string) => ({
    act: () => void calls.push(name),
    otherwise: () => void calls.push(`no ${name}`),
  });
  beforeEach(() => (calls.length = 0));

  it('is done once the transaction has committed', () => {
    const pending = new PendingEvents();
    pending.hooks.push(hook('call'));
    pending.afterCommit();
    expect(calls).toEqual(['call']);
  });

  it('is undone where it never will', () => {
    const pending = new PendingEvents();
    pending.hooks.push(hook('call'), hook('wake'));
    pending.afterRollback();
    pending.afterCommit();
    expect(calls).toEqual(['no call', 'no wake']);
  });

  it('is undone alone where a part of the transaction is taken back', () => {
    const pending = new PendingEvents();
    pending.hooks.push(hook('call'), hook('wake'));
    pending.rollbackTo(0, 1);
    pending.afterCommit();
    expect(calls).toEqual(['no wake', 'call']);
  });
});
