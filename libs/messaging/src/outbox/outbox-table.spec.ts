import type { OutgoingMessage } from '../message.js';
import { groupIntoRows } from './outbox-table.js';

const aMessage = (id: string, topic: string, length = 10): OutgoingMessage => ({
  ...{ id, topic, type: `${topic}.v1`, source: '/t', time: new Date(), key: id },
  body: 'x'.repeat(length),
});
const idsOf = (rows: OutgoingMessage[][]): string[][] => rows.map((row) => row.map(({ id }) => id));

describe('the rows of an outbox', () => {
  it('hold what one transaction publishes to one topic, in its order', () => {
    const messages = [aMessage('1', 'status'), aMessage('2', 'jobs.gas'), aMessage('3', 'status')];
    expect(idsOf(groupIntoRows(messages))).toEqual([['1', '3'], ['2']]);
  });

  it('stay small, and give a large event a row of its own', () => {
    const many = Array.from({ length: 60 }, (_, index) => aMessage(String(index), 'status'));
    expect(groupIntoRows(many).map(({ length }) => length)).toEqual([50, 10]);
    const large = ['1', '2', '3'].map((id) => aMessage(id, 'status', 200_000));
    expect(idsOf(groupIntoRows(large))).toEqual([['1'], ['2'], ['3']]);
  });
});
