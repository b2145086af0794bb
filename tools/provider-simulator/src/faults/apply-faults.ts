import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { dropConnection } from '../http.js';
import type { FaultSettings } from './fault-settings.js';

/** Faults before a call is read; answers the call where it goes no further. */
export async function applyFaultsBefore(
  faults: FaultSettings,
  id: string,
  request: FastifyRequest,
  reply: FastifyReply,
  isTaking = request.method === 'POST',
) {
  if (faults.of(id).down) return dropConnection(request, reply);
  const failure = faults.failure(id);
  if (failure !== undefined) return reply.code(failure).send({ outcome: 'failed' });
  const { takeAfterMs } = faults.of(id);
  if (isTaking && takeAfterMs > 0) await pause(takeAfterMs, undefined, { ref: false });
  return undefined;
}

/** Faults after it was handled: delays, then returns whether the answer may go out; otherwise the connection is dropped. */
export async function applyFaultsAfter(
  faults: FaultSettings,
  id: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const isLost = faults.losesAnswer(id);
  const { delayMs } = faults.of(id);
  if (delayMs > 0) await pause(delayMs, undefined, { ref: false });
  if (!isLost && !faults.of(id).down) return true;
  dropConnection(request, reply);
  return false;
}
