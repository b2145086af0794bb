import { findingsFrom } from './counts.js';

const database = {
  tables: {
    'routing.outbox': { inserted: 140, updated: 0, hot: 0, deleted: 140 },
    'tracking.request_view': { inserted: 10, updated: 30, hot: 25, deleted: 0 },
    'intake.settings': { inserted: 0, updated: 0.05, hot: 0, deleted: 0 },
  },
  transactions: 50,
  statements: 200,
  walBytes: 400_000,
};
const findings = findingsFrom(
  { requests: 10, database, records: { dossiers: 10, status: 30, progress: 0 } },
  'Kafka',
);
const figureOf = (text: string) => findings.find((each) => each.text === `${text}, Kafka`)!.figure;

describe('the counts', () => {
  it('are what each request cost', () => {
    expect(figureOf('rows written')).toBeCloseTo(32, 1);
    expect(figureOf('rows updated HOT')).toBe(2.5);
    expect(figureOf('transactions')).toBe(5);
    expect(figureOf('statements, with BEGIN and COMMIT')).toBe(20);
    expect(figureOf('WAL')).toBe(40);
  });

  it('count a record once for every service that reads its topic', () => {
    expect(figureOf('records produced')).toBe(4);
    expect(figureOf('records read by all services')).toBe(10);
  });

  it('name what has the largest share, and no table that hardly takes part', () => {
    const notes = findings.flatMap(({ note }) => (note ? [note] : []));
    expect(notes[0]).toBe('Kafka: dossiers 1.00, status 3.00');
    expect(notes[1]).toContain(
      'routing.outbox 14.0 + 0 (0) − 14.0, tracking.request_view 1.00 + 3.00 (2.50) − 0',
    );
    expect(notes[1]).not.toContain('intake.settings');
  });
});
