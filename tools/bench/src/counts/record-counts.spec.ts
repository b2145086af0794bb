import { produced, read, recordsBetween } from './record-counts.js';

describe('records', () => {
  it('are counted from where topics ended before', () => {
    expect(recordsBetween({ status: 5 }, { status: 8, dossiers: 2 })).toEqual({ status: 3, dossiers: 2 });
  });

  it('are read once by each service that reads their topic: a status by three, the others by one', () => {
    const records = { status: 3, dossiers: 1, jobs: 5 };
    expect([produced(records), read(records)]).toEqual([9, 15]);
  });
});
