import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { NotFound } from '@lianban/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Webhook } from 'standardwebhooks';
import { mayAnswer, beforeTaking } from '../orders/obey.js';
import type { Plays } from '../placements/plays.js';
import { readOperation, type Operation } from './operation.js';
import { takeOperation, type Desk } from './take-operation.js';

type Call = FastifyRequest<{ Params: { provider: string; operation: string } }>;

interface Providers extends Desk {
  plays: Plays;
  secretOf(provider: string): string;
}

/**
 * The provider's side of the `webhook` dialect.
 * POST takes an operation: 200 taken, 422 refused, 400 unreadable, 401 signature, 409 same id with another body.
 * GET says again what was answered, or 404 absent.
 */
export function operationRoutes(app: FastifyInstance, providers: Providers) {
  const { orders, ledger } = providers;
  const obey = async (request: Call, reply: FastifyReply) => {
    const { provider } = request.params;
    if (provider === 'sms' || !orders.knows(provider)) throw new NotFound();
    return beforeTaking(orders, provider, request, reply);
  };
  app.post('/:provider/operations', { preHandler: obey }, (request: Call, reply) =>
    take(providers, request, reply),
  );
  app.get('/:provider/operations/:operation', { preHandler: obey }, async (request: Call, reply) => {
    const { provider, operation } = request.params;
    if (!isSigned(request, '', providers.secretOf(provider))) return unsigned(reply);
    const { delayMs } = orders.of(provider);
    if (delayMs > 0) await pause(delayMs, undefined, { ref: false });
    const verdict = ledger.books.operation(provider, operation)?.verdict;
    return verdict ?? reply.code(404).send({ outcome: 'absent' });
  });
}

async function take(providers: Providers, request: Call, reply: FastifyReply) {
  const { provider } = request.params;
  const body = String(request.body ?? '');
  if (!isSigned(request, body, providers.secretOf(provider))) return unsigned(reply);
  const operation = readOperation(body);
  if (!operation || !fits(operation, request)) return reply.code(400).send({ outcome: 'malformed' });
  const verdict = takeOperation(providers, operation, digestOf(body));
  if (verdict === 'other-body') return reply.code(409).send({ outcome: 'other-body' });
  const placement = providers.ledger.books.placement(provider, operation.placement);
  if (placement) providers.plays.goOn(placement);
  if (!(await mayAnswer(providers.orders, provider, request, reply))) return reply;
  return reply.code(verdict.outcome === 'taken' ? 200 : 422).send(verdict);
}

/** Headers, path and body must name the same operation of the same provider. */
function fits({ operation, kind, provider }: Operation, { headers, params }: Call) {
  const isSameId = headers['ce-id'] === operation && headers['idempotency-key'] === operation;
  return isSameId && headers['ce-type'] === `cn.lianban.operation.${kind}.v1` && params.provider === provider;
}

function isSigned({ headers }: Call, body: string, secret: string) {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

const unsigned = (reply: FastifyReply) => reply.code(401).send({ outcome: 'bad-signature' });
const digestOf = (body: string) => createHash('sha1').update(body).digest('base64');
