import type { OperationKind } from '@lianban/contracts';
import { NotFound } from '@lianban/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { applyFaultsAfter, applyFaultsBefore } from '../faults/apply-faults.js';
import { parseJson } from '../http.js';
import { acceptOperation, type DialectContext } from '../operations/accept-operation.js';
import { toAnswer, toList, toOperation, type ApplicationBody, type ListQuery } from './application.js';
import { isSigned } from './signature.js';

type Call = FastifyRequest<{ Params: { provider: string } }>;

const PATHS: [path: string, kind: OperationKind][] = [
  ['/applications', 'place'],
  ['/applications/supplement', 'correct'],
  ['/applications/cancel', 'withdraw'],
];

/** The grid company's side of `grid-rest`: 200 with a code, 401 for a wrong signature, 400 for what cannot be read. */
export function gridRestRoutes(app: FastifyInstance, companies: DialectContext) {
  const { faults, eventLog, runner, secretOf, providerOf } = companies;
  const preHandler = async (request: Call, reply: FastifyReply) => {
    const { provider } = request.params;
    if (!faults.has(provider) || providerOf(provider)?.dialect !== 'grid-rest') throw new NotFound();
    return applyFaultsBefore(faults, provider, request, reply);
  };
  const accept = async (kind: OperationKind, request: Call, reply: FastifyReply) => {
    const provider = providerOf(request.params.provider);
    const text = String(request.body);
    if (!isSigned(provider, secretOf(provider.id), request.headers, text))
      return reply.code(401).send({ code: 'SIGNATURE', message: '验签失败' });
    const body = parseJson(text) as ApplicationBody;
    if (!body.requestNo || !/^[^:]+:electricity:\d+$/.test(body.externalNo))
      return reply.code(400).send({ code: 'PARAMETER', message: '参数错误' });
    const known = eventLog.providerState.placement(provider.id, body.externalNo);
    const operation = toOperation(provider.id, kind, body, known);
    const verdict = acceptOperation(companies, operation, text);
    const placement = eventLog.providerState.placement(provider.id, body.externalNo);
    if (placement) runner.advance(placement);
    if (!(await applyFaultsAfter(faults, provider.id, request, reply))) return reply;
    if (verdict === 'other-body') return { code: 'REPEATED', message: '请求号重复' };
    return toAnswer(verdict, provider);
  };
  app.post('/:provider/applications/list', { preHandler }, (request: Call, reply) => {
    const provider = providerOf(request.params.provider);
    const text = String(request.body);
    if (!isSigned(provider, secretOf(provider.id), request.headers, text))
      return reply.code(401).send({ code: 'SIGNATURE', message: '验签失败' });
    const query = parseJson(text) as ListQuery;
    return reply.send(
      toList(eventLog.providerState.openOrChanged(provider.id, query.openOrChangedSince), query, provider),
    );
  });
  for (const [path, kind] of PATHS)
    app.post(`/:provider${path}`, { preHandler }, (request: Call, reply) => accept(kind, request, reply));
}
