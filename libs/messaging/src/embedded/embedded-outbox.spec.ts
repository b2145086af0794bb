import type { DataSource } from 'typeorm';
import { Checkpoints } from '../checkpoints.js';
import type { OutgoingMessage } from '../message.js';
import { EmbeddedOutbox } from './embedded-outbox.js';

const aMessage = (id: string): OutgoingMessage => ({
  ...{ id, topic: 'status', type: 'status.v1', source: '/t', time: new Date(), key: id },
  body: '{}',
});

describe('the outbox of one process', () => {
  it('is as long as the events in its rows: what is published again waits by that', () => {
    const outbox = new EmbeddedOutbox({} as DataSource, new Checkpoints(), 'routing');
    outbox.track({ rowId: '1', topic: 'status', messages: [aMessage('a'), aMessage('b')] });
    outbox.track({ rowId: '2', topic: 'status', messages: [aMessage('c')] });
    expect(outbox.length).toBe(3);
  });
});
