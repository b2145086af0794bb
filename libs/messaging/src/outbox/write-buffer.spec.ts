import { eventually } from '@lianban/testing';
import { WriteBuffer } from './write-buffer.js';

function aTable(failures = 0) {
  const written: number[][] = [];
  const buffer = new WriteBuffer<number>(async (items) => {
    if (failures-- > 0) throw new Error('away');
    written.push(items);
  });
  return { written, buffer };
}

describe('a write buffer', () => {
  it('writes together what came one by one', async () => {
    const { written, buffer } = aTable();
    for (let item = 0; item < 20; item++) buffer.add([item]);
    expect(written).toEqual([]);
    await eventually(() => expect(written).toEqual([Array.from({ length: 20 }, (_, item) => item)]));
  });

  it('writes pages of a bounded size', async () => {
    const { written, buffer } = aTable();
    buffer.add(Array.from({ length: 1_200 }, (_, item) => item));
    await eventually(() => expect(written.map(({ length }) => length)).toEqual([500, 500, 200]));
  });

  it('writes what failed again, and loses nothing', async () => {
    const { written, buffer } = aTable(2);
    buffer.add([1, 2]);
    expect(await buffer.flush()).toBe(false);
    buffer.add([3]);
    await eventually(() => expect(written.flat()).toEqual([1, 2, 3]));
  });
});
