import { setTimeout as pause } from 'node:timers/promises';
import type { Provider } from '@lianban/catalogue';
import { isInstant } from '@lianban/contracts';
import { NotFound } from '@lianban/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { applyFaultsAfter, applyFaultsBefore } from '../faults/apply-faults.js';
import { dropConnection, parseJson } from '../http.js';
import { acceptOperation, type DialectContext } from '../operations/accept-operation.js';
import { cancelSecond } from '../operations/cancel-second.js';
import type { Operation } from '../operations/operation.js';
import type { Placement } from '../placements/placement.js';
import { findChanges, KEPT_DAYS } from './changes.js';
import { clientIn, Tokens } from './tokens.js';
import { BASE_PATH, codeOf, numbersOf, toOperation, toWorkOrder, type Application } from './work-order.js';

type Call = FastifyRequest<{
  Params: { provider: string; orderNo: string };
  Querystring: {
    externalNo?: string;
    openOrUpdatedSince?: string;
    updatedSince?: string;
    after?: string;
    limit?: string;
  };
}>;

/** The gas company's side of `gas-rest`: tokens, work orders and what has changed, over the simulator's own books. */
export function gasRestRoutes(app: FastifyInstance, companies: DialectContext) {
  const { faults, eventLog, providerOf, secretOf } = companies;
  const { providerState } = eventLog;
  const tokens = new Tokens();
  const form = /^application\/x-www-form-urlencoded\b/;
  app.addContentTypeParser(form, { parseAs: 'string' }, async (_: unknown, body: string) => body);

  const requireProvider = ({ params: { provider } }: Call): Provider => {
    if (!faults.has(provider) || providerOf(provider)?.dialect !== 'gas-rest') throw new NotFound();
    return providerOf(provider);
  };
  const preHandler = async (request: Call, reply: FastifyReply) => {
    const { id } = requireProvider(request);
    const failed = await applyFaultsBefore(faults, id, request, reply);
    if (failed) return failed;
    if (!tokens.accepts(id, request.headers.authorization, faults.of(id).tokenMs))
      return answerError(reply, 401, 'E0401', 'token 无效或已过期');
    if (request.method === 'GET') await pause(faults.of(id).delayMs, undefined, { ref: false });
    return undefined;
  };
  const show = (placement: Placement, orderNo: string): object =>
    toWorkOrder(placement, orderNo, providerOf(placement.provider));
  /** Notes an operation, lets the placement go on, and answers with its order unless a fault takes the answer. */
  const take = async (request: Call, reply: FastifyReply, operation: Operation) => {
    const { provider, orderNo } = request.params;
    const verdict = acceptOperation(companies, operation, String(request.body));
    const placement = providerState.placement(provider, operation.placement)!;
    companies.runner.advance(placement);
    if (!(await applyFaultsAfter(faults, provider, request, reply))) return reply;
    if (verdict !== 'other-body' && verdict.outcome === 'refused')
      return answerError(reply, 422, codeOf(providerOf(provider), verdict.reason), verdict.text);
    return reply.send(show(placement, orderNo ?? numbersOf(placement).at(-1)!));
  };

  app.post('/:provider/oauth2/token', async (request: Call, reply) => {
    const { id, settings } = requireProvider(request);
    if (faults.of(id).down) return dropConnection(request, reply);
    const asked = new URLSearchParams(String(request.body));
    const client = clientIn(request.headers.authorization, asked);
    if (asked.get('grant_type') !== 'client_credentials')
      return reply.code(400).send({ error: 'unsupported_grant_type' });
    if (client.id !== settings?.clientId || client.secret !== secretOf(id))
      return reply.code(401).send({ error: 'invalid_client' });
    return reply.header('cache-control', 'no-store').send(tokens.issue(id));
  });

  app.post(`/:provider${BASE_PATH}/work-orders`, { preHandler }, (request: Call, reply) => {
    const operation = toOperation(request.params.provider, parseJson(request.body) as Application);
    if (!operation) return answerError(reply, 400, 'E0400', '报文缺少必填项');
    return take(request, reply.code(201), operation);
  });
  app.get(`/:provider${BASE_PATH}/work-orders`, { preHandler }, async (request: Call, reply) => {
    const { externalNo, openOrUpdatedSince, updatedSince = '', after, limit = '100' } = request.query;
    const asOf = new Date().toISOString();
    if (externalNo !== undefined) {
      const placement = providerState.placement(request.params.provider, externalNo);
      const workOrders = placement ? numbersOf(placement).map((number) => show(placement, number)) : [];
      return { asOf, workOrders };
    }
    if (openOrUpdatedSince !== undefined) return { asOf, workOrders: list(request) };
    if (!isInstant(updatedSince)) return answerError(reply, 400, 'E0400', 'updatedSince 应为带时区的时间');
    if (Date.parse(updatedSince) < Date.now() - KEPT_DAYS * 86_400_000)
      return answerError(reply, 410, 'E0410', `仅保留 ${KEPT_DAYS} 天内的变更`);
    return { asOf, workOrders: findChanges(companies, request.params.provider, updatedSince, after, +limit) };
  });

  /** By number, so that no page shifts under its reader. */
  const list = ({ params: { provider }, query }: Call): object[] =>
    providerState
      .openOrChanged(provider, query.openOrUpdatedSince!)
      .flatMap((placement) => placement.references.map((orderNo) => ({ placement, orderNo })))
      .filter(({ orderNo }) => orderNo > (query.after ?? ''))
      .toSorted((one, other) => (one.orderNo < other.orderNo ? -1 : 1))
      .slice(0, Number(query.limit ?? 100))
      .map(({ placement, orderNo }) => show(placement, orderNo));

  const numbered = ({ params: { provider, orderNo } }: Call): Placement => {
    const placement = providerState.numbered(provider, orderNo);
    if (!placement) throw new NotFound();
    return placement;
  };
  const order = `/:provider${BASE_PATH}/work-orders/:orderNo`;
  app.post(`${order}/supplements`, { preHandler }, (request: Call, reply) => {
    const { version } = numbered(request);
    const operation = toOperation(request.params.provider, parseJson(request.body) as Application);
    if (!operation) return answerError(reply, 400, 'E0400', '报文缺少必填项');
    return take(request, reply, Object.assign(operation, { kind: 'correct', version: version + 1 }));
  });
  app.post(`${order}/cancellations`, { preHandler }, async (request: Call, reply) => {
    const { provider, placement, requestId, utility, attempt, ...latest } = numbered(request);
    const { version, promisedDate, dossier, callback } = latest;
    const { operationNo, reason } = parseJson(request.body) as { operationNo?: string; reason?: string };
    if (!operationNo) return answerError(reply, 400, 'E0400', '报文缺少必填项');
    const { orderNo } = request.params;
    if (cancelSecond(companies, numbered(request), orderNo, operationNo))
      return (await applyFaultsAfter(faults, provider, request, reply))
        ? reply.send(show(numbered(request), orderNo))
        : reply;
    return take(request, reply, {
      ...{ operation: operationNo, kind: 'withdraw', provider, placement, requestId, utility, attempt },
      ...{ version, promisedDate, dossier, callback, reason },
    });
  });
}

const answerError = (reply: FastifyReply, status: number, errcode: string, errmsg: string) =>
  reply.code(status).send({ errcode, errmsg });
