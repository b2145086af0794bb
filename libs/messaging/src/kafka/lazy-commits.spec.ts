import { eventually } from '@lianban/testing';
import { LazyCommits } from './lazy-commits.js';

function aGroup(outcomes: Error[] = []) {
  const group = { done: 0, committed: [] as number[], tries: 0 };
  const commit = async (): Promise<void> => {
    group.tries += 1;
    const failure = outcomes.shift();
    if (failure) throw failure;
    group.committed.push(group.done);
  };
  return Object.assign(group, { commit });
}

describe('lazy commits', () => {
  it('commit once for all that is done together', async () => {
    const [group, commits] = [aGroup(), new LazyCommits()];
    for (group.done = 1; group.done < 12; group.done++) commits.soon(group.commit);
    await eventually(() => expect(group.committed).toEqual([12]));
    await commits.close();
    expect(group.tries).toBe(1);
  });

  it('try again what could not be committed', async () => {
    const [group, commits] = [aGroup([new Error('rebalancing'), new Error('away')]), new LazyCommits()];
    commits.soon(group.commit);
    await eventually(() => expect(group.committed).toHaveLength(1));
    expect(group.tries).toBe(3);
    await commits.close();
  });

  it('commit what is left when they end, and nothing after it', async () => {
    const [group, commits] = [aGroup([new Error('away')]), new LazyCommits()];
    commits.soon(group.commit);
    await commits.close();
    commits.soon(group.commit);
    await commits.close();
    expect(group.tries).toBe(1);
  });
});
