import { topicsOfProvider, type Topic } from '@lianban/contracts';
import { Clock } from '@lianban/service-kit';
import { aSnapshot, MessagingFixture, SHARED_TOPIC } from '@lianban/testing';
import { DataSource } from 'typeorm';
import { Retention } from './retention.js';

const DAY_MS = 86_400_000;

class FixedClock extends Clock {
  constructor(public at: Date) {
    super();
  }
  override now(): Date {
    return this.at;
  }
}

describe('retention', () => {
  let fixture: MessagingFixture;
  let source: DataSource;
  const clock = new FixedClock(new Date('2026-03-02T00:00:00Z'));

  beforeAll(async () => {
    fixture = await MessagingFixture.open('embedded');
    source = fixture.publisher.get(DataSource);
  });
  afterAll(() => fixture.close());

  it('has partitions for today and next week, and drops those past their term with what is in them', async () => {
    await source.query('create table log (at timestamptz not null, text text) partition by range (at)');
    const retention = new Retention(source, clock, [{ table: 'log', days: 30 }]);
    await retention.run();
    const insert = (at: Date) => source.query('insert into log values ($1, $2)', [at, at.toISOString()]);
    await insert(clock.at);
    await insert(new Date(clock.at.getTime() + 7 * DAY_MS));
    clock.at = new Date(clock.at.getTime() + 30 * DAY_MS);
    await retention.run();
    expect(await source.query('select 1 from log')).toHaveLength(2);
    clock.at = new Date(clock.at.getTime() + 8 * DAY_MS);
    await retention.run();
    expect(await source.query('select text from log')).toEqual([{ text: '2026-03-09T00:00:00.000Z' }]);
  });

  it('forgets parked messages when the term of their topic is over', async () => {
    const { id, key } = fixture.record(aSnapshot());
    const reports = topicsOfProvider({ id: 'zibo-gas', utility: 'gas' }).at(-1)!;
    const park = (position: string, { name, retentionDays }: Topic, days: number) =>
      source.query(
        `insert into parked_message (source_position, topic, headers, key, reason, detail, parked_at)
         values ($1, $2, '{}', $3, 'handler-failed', $4, $5)`,
        [position, name, key, id, new Date(clock.at.getTime() - (retentionDays + days) * DAY_MS)],
      );
    await park('young', SHARED_TOPIC, -1);
    await park('old', SHARED_TOPIC, 1);
    await park('young report', reports, -1);
    await park('old report', reports, 1);
    await new Retention(source, clock, []).run();
    expect(await source.query('select source_position as position from parked_message')).toEqual([
      { position: 'young' },
      { position: 'young report' },
    ]);
  });
});
