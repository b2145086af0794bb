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

  it('is one of those there are, also for a negative hash', () =>
    expect(partitionOf('21', 12)).toBe((-973932308 & 0x7fffffff) % 12));
});
