import type { RawMessage } from '../message.js';
import { headersOf } from '../message.js';
import type { OutboxRow } from '../outbox/outbox.js';

/** A row in memory: for whom it waits in a queue, and who has yet to get it. */
export interface TrackedRow {
  row: OutboxRow;
  /** Groups that have it in their queue or are handling it. */
  queued: Set<string>;
  /** Groups that had no room, or are not in this process. */
  left: Set<string>;
  /** Some group has handled it. */
  isPartlyDone: boolean;
  /** Of its own outbox: called when no group has it in memory any more. */
  onUnqueued(): void;
}

export const toRawMessages = ({ row }: TrackedRow): RawMessage[] =>
  row.messages.map((message, index) => ({
    topic: row.topic,
    sourcePosition: `${message.source}#${row.rowId}/${index}`,
    headers: headersOf(message),
    key: message.key,
    body: message.body,
  }));
