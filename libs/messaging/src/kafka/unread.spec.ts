import { Metrics } from '@lianban/service-kit';
import type { RawMessage } from '../message.js';
import { OldestUnread } from './unread.js';

const NOW = Date.parse('2026-03-02T01:00:00Z');

describe('the oldest unread record', () => {
  let metrics: Metrics;
  let unread: OldestUnread;
  let idleSince: number | undefined;
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(NOW);
    idleSince = undefined;
    metrics = new Metrics();
    unread = new OldestUnread(['status', 'jobs.gas'], metrics, () => idleSince);
  });
  afterEach(() => jest.restoreAllMocks());

  const record = (topic: string, ageSeconds: number): RawMessage => ({
    topic,
    sourcePosition: '',
    headers: { ce_time: new Date(NOW - ageSeconds * 1_000).toISOString() },
    key: null,
    body: null,
  });
  const seconds = async (topic: string) => {
    const text = await metrics.registry.metrics();
    return Number(new RegExp(`seconds\\{topic="${topic}"\\} ([\\d.]+)`).exec(text)![1]);
  };

  it('is the first of a batch until it has been handled', async () => {
    const handled = unread.begin([record('status', 9), record('status', 3)]);
    expect([await seconds('status'), await seconds('jobs.gas')]).toEqual([9, 0]);
    handled();
    expect(await seconds('status')).toBe(0);
  });

  it('may be as old as the time for which nothing was read', async () => {
    idleSince = NOW - 60_000;
    expect([await seconds('status'), await seconds('jobs.gas')]).toEqual([60, 60]);
  });
});
