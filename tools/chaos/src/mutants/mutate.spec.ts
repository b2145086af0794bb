import { Random } from '../random.js';
import { mutant } from './mutate.js';
import type { RawRecord } from './raw-kafka.js';

const RECORD: RawRecord = {
  key: Buffer.from('key'),
  value: Buffer.from('{"requestId":"1","version":1}'),
  headers: { ce_id: 'id', ce_type: 'type', ce_time: 'time' },
};

const mutants = (seed: number) => {
  const random = new Random(seed);
  return Array.from({ length: 3_000 }, () => mutant(RECORD, random));
};

describe('mutant', () => {
  it('is the same for the same seed', () => {
    expect(mutants(1)).toEqual(mutants(1));
  });

  it('breaks records in every way it knows, and leaves the good one as it is', () => {
    const before = structuredClone(RECORD);
    const names = new Set(mutants(1).map(({ mutation }) => mutation.name));
    expect(names.size).toBe(14);
    expect(RECORD).toEqual(before);
  });

  it('changes every record', () => {
    const same = mutants(2).filter(({ record }) => JSON.stringify(record) === JSON.stringify(RECORD));
    expect(same.map(({ mutation }) => mutation.name)).toEqual([]);
  });
});
