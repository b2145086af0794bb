import { murmur2, partitionOf } from './partition.js';

describe('the partition of a key', () => {
  // The vectors of Kafka's own UtilsTest.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('is picked by the hash that Kafka has for %s', (key, hash) =>
    expect(murmur2(Buffer.from(key))).toBe(hash),
  );

  it.each([
    ['21', 12, 0],
    ['foobar', 12, 6],
    ['abc', 12, 3],
    ['a-little-bit-long-string', 5, 2],
  ])('of %s among %i is %i, also for a negative hash', (key, partitions, partition) =>
    expect(partitionOf(key, partitions)).toBe(partition),
  );
});
