import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { NotFound } from '@lianban/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { applyFaultsAfter, applyFaultsBefore } from '../faults/apply-faults.js';
import { parseJson } from '../http.js';
import { acceptOperation, type DialectContext } from '../operations/accept-operation.js';
import { cancelSecond } from '../operations/cancel-second.js';
import type { Operation } from '../operations/operation.js';
import type { Placement } from '../placements/placement.js';
import {
  BASE_PATH,
  faultIn,
  operationIn,
  toCancellations,
  toOperation,
  toServiceOrder,
  type OrderBody,
} from './service-order.js';

type Call = FastifyRequest<{
  Params: { provider: string; id: string };
  Querystring: {
    externalId?: string;
    'serviceOrder.id'?: string;
    'orderDate.gte'?: string;
    offset?: string;
    limit?: string;
  };
}>;

/** The carrier's side of TMF641 v4.1: orders, cancellations and the hub, over the simulator's own books. */
export function tmf641Routes(app: FastifyInstance, carriers: DialectContext) {
  const { faults, eventLog, providerOf, secretOf } = carriers;
  const { providerState } = eventLog;

  const preHandler = async (request: Call, reply: FastifyReply) => {
    const { provider } = request.params;
    if (!faults.has(provider) || providerOf(provider)?.dialect !== 'tmf641') throw new NotFound();
    const failed = await applyFaultsBefore(faults, provider, request, reply);
    if (failed) return failed;
    if (request.headers.authorization !== `Bearer ${secretOf(provider)}`)
      return answerError(reply, 401, 'unauthorized', 'the token is unknown');
    if (request.method === 'GET') await pause(faults.of(provider).delayMs, undefined, { ref: false });
    return undefined;
  };
  const numbered = ({ params: { provider, id } }: Call): Placement => {
    const placement = providerState.numbered(provider, id);
    if (!placement) throw new NotFound();
    return placement;
  };
  const show = (placement: Placement, id: string): object =>
    toServiceOrder(placement, id, providerOf(placement.provider));
  /** Notes an operation, lets the placement go on, and answers unless a fault takes the answer. */
  const take = async (request: Call, reply: FastifyReply, operation: Operation, answer: () => object) => {
    const { provider } = request.params;
    acceptOperation(carriers, operation, String(request.body));
    const placement = providerState.placement(provider, operation.placement)!;
    carriers.runner.advance(placement);
    if (await applyFaultsAfter(faults, provider, request, reply)) return reply.send(answer());
    return reply;
  };

  app.post(`/:provider${BASE_PATH}/serviceOrder`, { preHandler }, (request: Call, reply) => {
    const body = parseJson(request.body) as OrderBody;
    const fault = faultIn(body);
    if (fault) return answerError(reply, 400, fault.code, fault.reason);
    const operation = toOperation(request.params.provider, body.externalId!, body);
    return take(request, reply.code(201), operation, () => {
      const placement = providerState.placement(operation.provider, operation.placement)!;
      return show(placement, placement.references.at(-1) ?? operation.operation);
    });
  });
  app.get(`/:provider${BASE_PATH}/serviceOrder`, { preHandler }, async ({ params, query }: Call) => {
    if (query.externalId === undefined) return list(params.provider, query);
    const placement = providerState.placement(params.provider, query.externalId);
    if (!placement) return [];
    const { references, operations } = placement;
    const ids = references.length > 0 ? references : [operations[0]!.operation];
    return ids.map((id) => show(placement, id));
  });
  const list = (provider: string, { offset = '0', limit = '100', ...query }: Call['query']): object[] =>
    providerState
      .acceptedOf(provider)
      .filter(({ operations }) => operations[0]!.at >= (query['orderDate.gte'] ?? ''))
      .flatMap((placement) => placement.references.map((id) => ({ placement, id })))
      .slice(Number(offset), Number(offset) + Number(limit))
      .map(({ placement, id }) => show(placement, id));
  app.get(`/:provider${BASE_PATH}/serviceOrder/:id`, { preHandler }, async (request: Call) =>
    show(numbered(request), request.params.id),
  );
  app.patch(`/:provider${BASE_PATH}/serviceOrder/:id`, { preHandler }, (request: Call, reply) => {
    const placement = numbered(request);
    const body = parseJson(request.body) as OrderBody;
    const before = { requestedStartDate: placement.dossier.registeredAt, ...body };
    const operation = toOperation(request.params.provider, placement.placement, before);
    const { version } = placement;
    Object.assign(operation, { operation: operationIn(body), kind: 'correct', version: version + 1 });
    return take(request, reply, operation, () => show(placement, request.params.id));
  });

  app.post(`/:provider${BASE_PATH}/cancelServiceOrder`, { preHandler }, async (request: Call, reply) => {
    const body = parseJson(request.body) as { cancellationReason?: string; serviceOrder?: { id: string } };
    const { provider } = request.params;
    const { id = '' } = body.serviceOrder ?? {};
    const placement = providerState.numbered(provider, id);
    if (!placement) return answerError(reply, 400, 'referenceNotFound', 'serviceOrder');
    const [reason, name = randomUUID()] = (body.cancellationReason ?? '').split(' ');
    if (cancelSecond(carriers, placement, id, name))
      return (await applyFaultsAfter(faults, provider, request, reply))
        ? reply.code(201).send(cancellations(placement, id).at(-1)!)
        : reply;
    const { version, promisedDate, dossier, callback } = placement;
    const operation = {
      ...toOperation(provider, placement.placement, {}),
      ...{ operation: name, kind: 'withdraw' as const, reason, version, promisedDate, dossier, callback },
    };
    return take(request, reply.code(201), operation, () => cancellations(placement, id).at(-1)!);
  });
  const cancellations = (placement: Placement, id: string) =>
    toCancellations(placement, id, providerOf(placement.provider));
  app.get(`/:provider${BASE_PATH}/cancelServiceOrder`, { preHandler }, async ({ params, query }: Call) => {
    const id = query['serviceOrder.id'] ?? '';
    const placement = providerState.numbered(params.provider, id);
    return placement ? cancellations(placement, id) : [];
  });

  app.post(`/:provider${BASE_PATH}/hub`, { preHandler }, async (request: Call, reply) => {
    const { provider } = request.params;
    const { callback, query } = parseJson(request.body) as { callback?: string; query?: string };
    if (!callback || !URL.canParse(callback)) return answerError(reply, 400, 'invalidValue', 'callback');
    if (providerState.listeners(provider).some((each) => each.callback === callback))
      return answerError(reply, 409, 'otherIssue', 'the listener is known; delete it first');
    const listener = { id: randomUUID(), provider, callback, query };
    eventLog.record({ entry: 'listener', listener });
    const { id } = listener;
    return reply.code(201).header('location', `${BASE_PATH}/hub/${id}`).send({ id, callback, query });
  });
  app.delete(`/:provider${BASE_PATH}/hub/:id`, { preHandler }, async ({ params }: Call, reply) => {
    if (!providerState.listeners(params.provider).some(({ id }) => id === params.id)) throw new NotFound();
    eventLog.record({ entry: 'listener-gone', id: params.id });
    return reply.code(204).send();
  });
}

const answerError = (reply: FastifyReply, status: number, code: string, reason: string) =>
  reply.code(status).send({ code, reason, status: String(status), '@type': 'Error' });
