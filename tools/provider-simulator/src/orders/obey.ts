import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hangUp } from '../http.js';
import type { OrderBook } from './order-book.js';

/** What happens to a call before it is read; answers it where it goes no further. */
export async function beforeTaking(
  orders: OrderBook,
  id: string,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  if (orders.of(id).down) return hangUp(request, reply);
  const failure = orders.failure(id);
  if (failure !== undefined) return reply.code(failure).send({ outcome: 'failed' });
  const { takeAfterMs } = orders.of(id);
  if (request.method === 'POST' && takeAfterMs > 0) await pause(takeAfterMs, undefined, { ref: false });
  return undefined;
}

/** Waits where that is ordered, then says whether the answer may go out; where it may not, the connection is broken off. */
export async function mayAnswer(
  orders: OrderBook,
  id: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const isLost = orders.losesAnswer(id);
  const { delayMs } = orders.of(id);
  if (delayMs > 0) await pause(delayMs, undefined, { ref: false });
  if (!isLost && !orders.of(id).down) return true;
  hangUp(request, reply);
  return false;
}
