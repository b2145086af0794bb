import { setTimeout as pause } from 'node:timers/promises';
import { NotFound } from '@lianban/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Webhook } from 'standardwebhooks';
import { applyFaultsAfter, applyFaultsBefore } from '../faults/apply-faults.js';
import { readOperation, type Operation } from './operation.js';
import { listJobs, type ListQuery } from './list-jobs.js';
import { acceptOperation, type DialectContext } from './accept-operation.js';

type Call = FastifyRequest<{ Params: { provider: string; operation: string }; Querystring: ListQuery }>;

/**
 * The provider's side of the `webhook` dialect.
 * POST takes an operation: 200 taken, 422 refused, 400 unreadable, 401 signature, 409 same id with another body.
 * GET says again what was answered, or 404 absent.
 */
export function operationRoutes(app: FastifyInstance, providers: DialectContext) {
  const { faults, eventLog, providerOf } = providers;
  const applyFaults = async (request: Call, reply: FastifyReply) => {
    const { provider } = request.params;
    if (!faults.has(provider) || providerOf(provider)?.dialect !== 'webhook') throw new NotFound();
    return applyFaultsBefore(faults, provider, request, reply);
  };
  app.post('/:provider/operations', { preHandler: applyFaults }, (request: Call, reply) =>
    accept(providers, request, reply),
  );
  app.get('/:provider/jobs', { preHandler: applyFaults }, async (request: Call, reply) => {
    const { provider } = request.params;
    if (!isSigned(request, '', providers.secretOf(provider))) return answerUnsigned(reply);
    const { since = '', cursor } = request.query;
    return listJobs(eventLog.providerState.openOrChanged(provider, since), cursor);
  });
  app.get('/:provider/operations/:operation', { preHandler: applyFaults }, async (request: Call, reply) => {
    const { provider, operation } = request.params;
    if (!isSigned(request, '', providers.secretOf(provider))) return answerUnsigned(reply);
    const { delayMs } = faults.of(provider);
    if (delayMs > 0) await pause(delayMs, undefined, { ref: false });
    const verdict = eventLog.providerState.operation(provider, operation)?.verdict;
    return verdict ?? reply.code(404).send({ outcome: 'absent' });
  });
}

async function accept(providers: DialectContext, request: Call, reply: FastifyReply) {
  const { provider } = request.params;
  const body = String(request.body ?? '');
  if (!isSigned(request, body, providers.secretOf(provider))) return answerUnsigned(reply);
  const operation = readOperation(body);
  if (!operation || !isConsistent(operation, request)) return reply.code(400).send({ outcome: 'malformed' });
  const verdict = acceptOperation(providers, operation, body);
  if (verdict === 'other-body') return reply.code(409).send({ outcome: 'other-body' });
  const placement = providers.eventLog.providerState.placement(provider, operation.placement);
  if (placement) providers.runner.advance(placement);
  if (!(await applyFaultsAfter(providers.faults, provider, request, reply))) return reply;
  return reply.code(verdict.outcome === 'taken' ? 200 : 422).send(verdict);
}

/** Headers, path and body must name the same operation of the same provider. */
function isConsistent({ operation, kind, provider }: Operation, { headers, params }: Call) {
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

const answerUnsigned = (reply: FastifyReply) => reply.code(401).send({ outcome: 'bad-signature' });
