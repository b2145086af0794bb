import { PendingEvents } from './transaction.js';

describe('what is left for after the commit', () => {
  const told: string[] = [];
  const act = (name: string) => ({
    act: () => void told.push(name),
    otherwise: () => void told.push(`no ${name}`),
  });
  beforeEach(() => (told.length = 0));

  it('is done once it has committed', () => {
    const said = new PendingEvents();
    said.acts.push(act('call'));
    said.committed(undefined);
    expect(told).toEqual(['call']);
  });

  it('is undone where it never will', () => {
    const said = new PendingEvents();
    said.acts.push(act('call'), act('nudge'));
    said.failed();
    said.committed(undefined);
    expect(told).toEqual(['no call', 'no nudge']);
  });

  it('is undone alone where a part of the transaction is taken back', () => {
    const said = new PendingEvents();
    said.acts.push(act('call'), act('nudge'));
    said.cutTo(0, 1);
    said.committed(undefined);
    expect(told).toEqual(['no nudge', 'call']);
  });
});
