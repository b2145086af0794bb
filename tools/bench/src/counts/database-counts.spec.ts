import { allRows, databaseCountsBetween, written } from './database-counts.js';

const row = (inserted: number, updated: number, hot: number, deleted: number) => ({
  inserted,
  updated,
  hot,
  deleted,
});
const before = {
  tables: { 'a.one': row(5, 5, 5, 5), 'a.idle': row(1, 1, 1, 1) },
  transactions: 10,
  statements: 20,
  walBytes: 30,
};
const after = {
  tables: { 'a.one': row(6, 7, 6, 8), 'a.idle': row(1, 1, 1, 1), 'a.new': row(4, 0, 0, 0) },
  transactions: 11,
  statements: 22,
  walBytes: 33,
};

describe('what a database did between two counts', () => {
  const between = databaseCountsBetween(before, after);

  it('is the difference, table by table, also of tables that were not there before', () => {
    expect(between).toEqual({
      tables: { 'a.one': row(1, 2, 1, 3), 'a.new': row(4, 0, 0, 0) },
      transactions: 1,
      statements: 2,
      walBytes: 3,
    });
  });

  it('adds up to rows inserted, updated and deleted', () => {
    expect(allRows(between)).toEqual(row(5, 2, 1, 3));
    expect(written(allRows(between))).toBe(10);
  });
});
