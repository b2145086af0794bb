import type { OutgoingMessage } from '../message.js';

/** What one transaction published to one topic: a row of the outbox, and the messages in it in their order. */
export interface OutboxRow {
  rowId: string;
  topic: string;
  messages: OutgoingMessage[];
}

/** Carries a service's committed events on: from memory, where there is room, else from their rows. */
export abstract class Outbox {
  /** Records in memory that have not left it. */
  abstract readonly length: number;

  /** Takes room in memory: answers the process that will send the records, or undefined where there is no room. */
  abstract reserve(messages: readonly OutgoingMessage[]): number | undefined;

  /** Gives the room back: their transaction was rolled back, or nobody knows. */
  abstract release(messages: readonly OutgoingMessage[]): void;

  /** Their transaction has committed, and room was reserved for their messages. */
  abstract send(rows: OutboxRow[]): void;
}

/** Room for records, by their number and their bytes; what alone is more than all of it goes alone. */
export class MemoryLimit {
  private records = 0;
  private bytes = 0;

  constructor(
    private readonly maxRecords: number,
    private readonly maxBytes: number,
  ) {}

  tryAcquire(messages: readonly OutgoingMessage[]): boolean {
    const bytes = sizeOf(messages);
    const isOver = this.records + messages.length > this.maxRecords || this.bytes + bytes > this.maxBytes;
    if (isOver && this.records > 0) return false;
    this.records += messages.length;
    this.bytes += bytes;
    return true;
  }

  release(messages: readonly OutgoingMessage[]): void {
    this.records -= messages.length;
    this.bytes -= sizeOf(messages);
  }
}

const HEADER_BYTES = 400;

/** About what messages take on the wire. */
export const sizeOf = (messages: readonly OutgoingMessage[]): number =>
  messages.reduce((sum, { body }) => sum + body.length + HEADER_BYTES, 0);
