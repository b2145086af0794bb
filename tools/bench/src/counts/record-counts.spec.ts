import { produced, read, recordsBetween, recordsInOutboxes } from './record-counts.js';

const row = (inserted: number) => ({ inserted, updated: 0, hot: 0, deleted: inserted });

describe('records', () => {
  it('are counted from where topics ended before', () => {
    expect(recordsBetween({ status: 5 }, { status: 8, dossiers: 2 })).toEqual({ status: 3, dossiers: 2 });
  });

  it('were rows of outboxes where nothing keeps them; statuses are read by three services, the others by one', () => {
    const tables = { 'intake.outbox': row(2), 'routing.outbox': row(8), 'tracking.request_view': row(1) };
    const records = recordsInOutboxes({ tables, transactions: 0, statements: 0, walBytes: 0 }, 3);
    expect([produced(records), read(records)]).toEqual([10, 16]);
  });
});
