import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Provider } from '@lianban/catalogue';
import { NotFound } from '@lianban/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import soap, { type IServicePort, type Server } from 'soap';
import { applyFaultsAfter, applyFaultsBefore } from '../faults/apply-faults.js';
import { acceptOperation, type DialectContext } from '../operations/accept-operation.js';
import { cancelSecond } from '../operations/cancel-second.js';
import type { Operation } from '../operations/operation.js';
import { ownCodeOf } from '../placements/own-code.js';
import { toFlow, toOperation, type Submission } from './flows.js';

const NAMESPACE = 'urn:lianban:water:1';
const WSDL = readFileSync(new URL('./water-soap.wsdl', import.meta.url), 'utf8');
const OPERATIONS = ['checkSubmitFlow', 'submitFlow', 'supplementFlow', 'cancelFlow', 'queryFlow'];
const TAKING = ['submitFlow', 'supplementFlow', 'cancelFlow'];
const DONE = { resultCode: '0' };

/** Accounts that the check knows: those that begin so owe 123.50 yuan, or do not exist. */
const IN_ARREARS = /^9999/;
const UNKNOWN = /^0000/;

type Call = FastifyRequest<{ Params: { provider: string } }>;

/** What the SOAP library passes on of the HTTP call. */
interface Target {
  url: string;
}

interface Cancellation {
  outerNo: string;
  billNo?: string;
  operationNo: string;
  reasonCode: string;
}

interface Header {
  Authentication?: { user?: string; password?: string };
}

/** The water company's SOAP 1.1 service, over the simulator's own books. */
export async function waterSoapRoutes(app: FastifyInstance, companies: DialectContext): Promise<void> {
  const { faults, providerOf } = companies;
  const server = await serverOf(companies);
  const preHandler = async ({ params: { provider } }: Call) => {
    if (!faults.has(provider) || providerOf(provider)?.dialect !== 'water-soap') throw new NotFound();
  };
  app.addContentTypeParser(/^text\/xml\b/, { parseAs: 'string' }, async (_: unknown, body: string) => body);
  app.get('/:provider/WaterService', { preHandler }, async (_, reply) =>
    reply.type('text/xml; charset=utf-8').send(WSDL),
  );
  app.post('/:provider/WaterService', { preHandler }, async (request: Call, reply) => {
    const { provider } = request.params;
    const operation = /(\w+)"?$/.exec(String(request.headers.soapaction))?.[1] ?? '';
    const answer = (status: number, body: string): FastifyReply =>
      reply.code(status).type('text/xml; charset=utf-8').send(body);
    if (await failsBefore(companies, operation, request, reply)) return reply;
    if (!OPERATIONS.includes(operation)) return answer(500, toFaultEnvelope('UNKNOWN_OPERATION'));
    const { url, headers } = request;
    const { statusCode, body } = await server.processRequest(String(request.body), { url, headers });
    if (operation === 'queryFlow') await pause(faults.of(provider).delayMs, undefined, { ref: false });
    const isLost = TAKING.includes(operation) && !(await applyFaultsAfter(faults, provider, request, reply));
    if (isLost) return reply;
    const isReadable = statusCode === 200 || body.includes('<ServiceFault');
    return answer(statusCode, isReadable ? body : toFaultEnvelope('MALFORMED'));
  });
}

/** The check is another system's, that only ends together with all of it; a question never waits for what is taken late. */
async function failsBefore(
  { faults }: DialectContext,
  operation: string,
  request: Call,
  reply: FastifyReply,
) {
  const { provider } = request.params;
  if (operation === 'checkSubmitFlow' && !faults.of(provider).down) return false;
  await applyFaultsBefore(faults, provider, request, reply, TAKING.includes(operation));
  return reply.sent;
}

function serverOf(companies: DialectContext): Promise<Server> {
  const WaterPort = servicesOf(companies);
  return new Promise((resolve, reject) => {
    const options = { path: '/', services: { WaterService: { WaterPort } }, xml: WSDL, suppressStack: true };
    const callback = (error: Error | undefined, server: Server) => (error ? reject(error) : resolve(server));
    void soap.createServerless({ ...options, callback });
  });
}

function servicesOf(companies: DialectContext): IServicePort {
  const { eventLog, providerOf, secretOf, runner } = companies;
  const { providerState } = eventLog;
  /** Who is called, and by somebody who may. */
  const companyIn = ({ Authentication }: Header = {}, { url }: Target): Provider => {
    const provider = providerOf(url.split('/')[1]!);
    const { user } = provider.settings as { user: string };
    const isKnown = Authentication?.user === user && Authentication.password === secretOf(provider.id);
    return isKnown ? provider : fail('LOGIN_FAILED', '用户名或密码错误');
  };
  const take = (provider: Provider, operation: Operation | undefined) => {
    if (!operation) return fail('MALFORMED', '外部编号有误');
    const verdict = acceptOperation(companies, operation, JSON.stringify(operation));
    const placement = providerState.placement(provider.id, operation.placement);
    if (placement) runner.advance(placement);
    if (verdict === 'other-body') return fail('MALFORMED', '同一编号内容不一致');
    if (verdict.outcome === 'refused') return fail(ownCodeOf(provider, verdict.reason), verdict.text);
    return { ...DONE, billNo: verdict.reference };
  };
  return {
    checkSubmitFlow(
      { accountNo = '' }: { accountNo?: string },
      _,
      header: Header | undefined,
      request: Target,
    ) {
      const provider = companyIn(header, request);
      if (UNKNOWN.test(accountNo))
        return { resultCode: ownCodeOf(provider, 'unknown-account'), resultMsg: '户号不存在' };
      if (!IN_ARREARS.test(accountNo)) return DONE;
      const resultCode = ownCodeOf(provider, 'arrears');
      return { resultCode, resultMsg: '户号欠费未结清', arrears: '12350' };
    },
    submitFlow(submission: Submission, _, header: Header | undefined, request: Target) {
      const provider = companyIn(header, request);
      return take(provider, toOperation(provider.id, 'place', submission, 1));
    },
    supplementFlow(submission: Submission, _, header: Header | undefined, request: Target) {
      const provider = companyIn(header, request);
      const { version = 0 } = providerState.placement(provider.id, submission.outerNo) ?? {};
      return take(provider, toOperation(provider.id, 'correct', submission, version + 1));
    },
    cancelFlow(cancellation: Cancellation, _, header: Header | undefined, request: Target) {
      const provider = companyIn(header, request);
      const { outerNo, operationNo, reasonCode, billNo } = cancellation;
      const placement = providerState.placement(provider.id, outerNo);
      if (!placement) return fail('NOT_FOUND', '没有该业务');
      if (billNo && cancelSecond(companies, placement, billNo, operationNo)) return { ...DONE, billNo };
      const { requestId, utility, attempt, version, promisedDate, dossier, callback } = placement;
      const about = { requestId, utility, attempt, version, promisedDate, dossier, callback };
      const named = { operation: operationNo, kind: 'withdraw' as const, provider: provider.id };
      return take(provider, { ...about, ...named, placement: outerNo, reason: reasonCode });
    },
    queryFlow(
      { outerNo, billNo }: { outerNo: string; billNo?: string },
      _,
      header: Header | undefined,
      request: Target,
    ) {
      const provider = companyIn(header, request);
      const placement = providerState.placement(provider.id, outerNo);
      const isKnown = billNo === undefined || placement?.references.includes(billNo);
      return placement && isKnown
        ? { ...DONE, flow: toFlow(placement, provider, billNo) }
        : { resultCode: 'NOT_FOUND', resultMsg: '没有该业务' };
    },
  };
}

/** As the SOAP library sends it: with a detail in our namespace. */
function fail(resultCode: string, resultMsg: string): never {
  const ServiceFault = { attributes: { xmlns: NAMESPACE }, resultCode, resultMsg };
  throw {
    Fault: { faultcode: 'soap:Client', faultstring: resultMsg, detail: { ServiceFault }, statusCode: 500 },
  };
}

/** Of what the library has no word for. */
const toFaultEnvelope = (resultCode: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>` +
  `<faultcode>soap:Client</faultcode><faultstring>${resultCode}</faultstring>` +
  `<detail><ServiceFault xmlns="${NAMESPACE}"><resultCode>${resultCode}</resultCode></ServiceFault></detail>` +
  `</soap:Fault></soap:Body></soap:Envelope>`;
