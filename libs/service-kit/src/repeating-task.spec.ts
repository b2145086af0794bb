import { RepeatingTask } from './repeating-task.js';

describe('a repeating task', () => {
  it('goes on after a failure, is never done twice at once, and ends with its last turn', async () => {
    const errors: string[] = [];
    const turns: PromiseWithResolvers<void>[] = [];
    const third = Promise.withResolvers<void>();
    const task = new RepeatingTask(
      () => {
        const turn = Promise.withResolvers<void>();
        turns.push(turn);
        if (turns.length === 1) turn.reject(new Error('the first fails'));
        if (turns.length === 2) turn.resolve();
        if (turns.length === 3) third.resolve();
        return turn.promise;
      },
      ({ message }) => errors.push(message),
    );
    task.start(1);
    await third.promise;
    let hasStopped = false;
    const stopped = task.stop().then(() => (hasStopped = true));
    await new Promise(setImmediate);
    expect([turns.length, hasStopped, errors]).toEqual([3, false, ['the first fails']]);
    turns[2]!.resolve();
    await stopped;
    expect(turns).toHaveLength(3);
  });
});
