import { Batcher } from './batcher.js';

/** Batches that end when they are told to. */
function aBatcher(options: { maxBatchSize: number; concurrency?: number }) {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const batcher = new Batcher<number, string>(
    async (items) => {
      batches.push(items);
      await new Promise<void>((resolve) => gates.push(resolve));
      if (items.includes(13)) throw new Error('13 is guilty');
      return items.map((item) => `done ${item}`);
    },
    { ...options, sizeOf: (item) => (item > 100 ? item : 1) },
  );
  const finish = async (): Promise<void> => {
    while (gates.length === 0) await tick();
    gates.shift()!();
    await tick();
  };
  return { batcher, batches, finish };
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a batcher', () => {
  it('does what is asked for meanwhile together, and answers everybody his own', async () => {
    const { batcher, batches, finish } = aBatcher({ maxBatchSize: 10 });
    const first = batcher.enqueue(1);
    await tick();
    const others = [batcher.enqueue(2), batcher.enqueue(3)];
    await finish();
    await finish();
    expect(await Promise.all([first, ...others])).toEqual(['done 1', 'done 2', 'done 3']);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('takes no more at once than fits, and what is too big alone goes alone', async () => {
    const { batcher, batches, finish } = aBatcher({ maxBatchSize: 3 });
    const all = [1, 2, 3, 4, 500, 6].map((item) => batcher.enqueue(item));
    for (let turns = 0; turns < 4; turns++) await finish();
    await Promise.all(all);
    expect(batches).toEqual([[1, 2, 3], [4], [500], [6]]);
  });

  it('refuses only the guilty item of a batch that fails', async () => {
    const { batcher, finish } = aBatcher({ maxBatchSize: 10 });
    const outcomes = Promise.allSettled([1, 13, 3].map((item) => batcher.enqueue(item)));
    for (let turns = 0; turns < 4; turns++) await finish();
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('has as many batches under way as it may', async () => {
    const { batcher, batches, finish } = aBatcher({ maxBatchSize: 1, concurrency: 2 });
    const all = [1, 2, 3].map((item) => batcher.enqueue(item));
    await tick();
    await tick();
    expect(batches).toEqual([[1], [2]]);
    for (let turns = 0; turns < 3; turns++) await finish();
    await Promise.all(all);
  });
});
