import type { OutgoingMessage } from '../message.js';
import { MemoryLimit } from './outbox.js';

const messages = (count: number, bytes = 10): OutgoingMessage[] =>
  Array.from({ length: count }, () => ({ body: 'x'.repeat(bytes) }) as OutgoingMessage);

describe('the limit of memory', () => {
  it('is reached by many records, and by few large ones', () => {
    const limit = new MemoryLimit(10, 100_000);
    expect(limit.tryAcquire(messages(8))).toBe(true);
    expect(limit.tryAcquire(messages(3))).toBe(false);
    expect(limit.tryAcquire(messages(1, 100_000))).toBe(false);
    expect(limit.tryAcquire(messages(2))).toBe(true);
  });

  it('gives room back', () => {
    const limit = new MemoryLimit(10, 100_000);
    const many = messages(10);
    limit.tryAcquire(many);
    expect(limit.tryAcquire(messages(1))).toBe(false);
    limit.release(many);
    expect(limit.tryAcquire(messages(1))).toBe(true);
  });

  it('lets pass alone what is more than all of it', () => {
    const limit = new MemoryLimit(10, 1_000);
    expect(limit.tryAcquire(messages(20))).toBe(true);
    expect(limit.tryAcquire(messages(1))).toBe(false);
  });
});
