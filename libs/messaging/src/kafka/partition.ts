const M = 0x5bd1e995;

/** The partition that every Kafka client picks for a key by default (`BuiltInPartitioner`): murmur2 of its UTF-8, positive, modulo. */
export const partitionOf = (key: string, partitions: number): number =>
  (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;

/** As in Kafka's `Utils.murmur2`; kafkajs counts it in 64-bit objects of its own, which was a twentieth of what routing allocated. */
export function murmur2(data: Buffer): number {
  const { length } = data;
  const whole = length & ~3;
  let hash = 0x9747b28c ^ length;
  for (let place = 0; place < whole; place += 4) {
    const four = Math.imul(data.readInt32LE(place), M);
    hash = Math.imul(hash, M) ^ Math.imul(four ^ (four >>> 24), M);
  }
  if (length > whole) {
    for (let place = length - 1; place >= whole; place--) hash ^= data[place]! << (8 * (place - whole));
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}
