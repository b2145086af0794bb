import { eventually } from '@lianban/testing';
import { OffsetCommitter } from './offset-committer.js';

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

describe('the offset committer', () => {
  it('commits once for all that is done together', async () => {
    const [group, commits] = [aGroup(), new OffsetCommitter()];
    for (group.done = 1; group.done < 12; group.done++) commits.schedule(group.commit);
    await eventually(() => expect(group.committed).toEqual([12]));
    await commits.close();
    expect(group.tries).toBe(1);
  });

  it('tries again what could not be committed', async () => {
    const [group, commits] = [aGroup([new Error('rebalancing'), new Error('away')]), new OffsetCommitter()];
    commits.schedule(group.commit);
    await eventually(() => expect(group.committed).toHaveLength(1));
    expect(group.tries).toBe(3);
    await commits.close();
  });

  it('commits what is left when it ends, and nothing after it', async () => {
    const [group, commits] = [aGroup([new Error('away')]), new OffsetCommitter()];
    commits.schedule(group.commit);
    await commits.close();
    commits.schedule(group.commit);
    await commits.close();
    expect(group.tries).toBe(1);
  });
});
