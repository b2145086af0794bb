import { canonicalJson, cutText, readJsonTolerantly, readTolerantly } from '@lianban/service-kit';
import { Webhook } from 'standardwebhooks';
import { Agent, request, type Dispatcher } from 'undici';
import type { OperationBody } from '../jobs/operation.js';
import { JobReport } from '../jobs/job-report.js';
import {
  ProviderRefused,
  ProviderUnavailable,
  ProviderUnknown,
  type LookupResult,
  type Accepted,
  type DriverContext,
  type UtilityDriver,
} from './utility-driver.js';

interface Answer {
  status: number;
  body: { outcome?: unknown; reference?: unknown; reason?: unknown; text?: unknown; report?: unknown };
}

/** No answer needs more; one that never ends must not fill our memory. */
const LONGEST_ANSWER_BYTES = 65_536;

/** Errors of a socket that carried nothing to the provider. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * The built-in dialect `webhook`: a CloudEvent over HTTP (binary mode), signed as in Standard Webhooks, our operation id as
 * idempotency key; the provider posts reports back. docs/webhook.md describes it for providers.
 */
export class WebhookDriver implements UtilityDriver {
  readonly retrySafety: 'idempotency-key' | 'status-query';
  private readonly agent: Agent;
  private readonly askingAgent: Agent;

  private readonly endpoint: string;

  constructor(private readonly context: DriverContext) {
    const { provider, timeout, endpoint, secret } = context;
    if (secret.length === 0) throw new Error(`${provider.id} has no secret`);
    this.endpoint = endpoint;
    this.retrySafety = provider.retrySafety;
    const limits = {
      connections: provider.concurrency,
      connect: { timeout },
      headersTimeout: timeout,
      bodyTimeout: timeout,
      maxResponseSize: LONGEST_ANSWER_BYTES,
    };
    this.agent = new Agent(limits);
    this.askingAgent = new Agent({ ...limits, pipelining: 0 });
  }

  place = (order: OperationBody): Promise<Accepted> => this.tell(order);
  correct = (order: OperationBody): Promise<Accepted> => this.tell(order);
  withdraw = (order: OperationBody): Promise<Accepted> => this.tell(order);

  /**
   * Each on a connection of its own. What was posted may lie in a connection that a busy provider has not accepted yet
   * (docs/decisions/look-ups-use-new-connections.md): a question on an older connection would overtake it and be told "absent".
   */
  async queryStatus({ operation }: OperationBody): Promise<LookupResult> {
    const answer = await this.call('GET', `/operations/${operation}`, operation, '', {}, this.askingAgent);
    // A gateway that lost its way answers 404 as well: only the provider's word is believed.
    if (answer.status === 404 && answer.body.outcome === 'absent') return { found: 'absent' };
    if (answer.status !== 200 && answer.status !== 422)
      throw new ProviderUnknown(`look-up answered ${answer.status}`, isDown(answer.status));
    return answer.body.outcome === 'refused'
      ? { found: 'refused', ...refusalIn(answer) }
      : { found: 'taken', ...takenIn(answer) };
  }

  private async tell(order: OperationBody): Promise<Accepted> {
    const { callback, source, clock } = this.context;
    const answer = await this.call(
      'POST',
      '/operations',
      order.operation,
      // The same to the letter at each try, wherever the order was read from.
      canonicalJson({ ...order, callback }),
      {
        'content-type': 'application/json',
        'idempotency-key': order.operation,
        'ce-specversion': '1.0',
        'ce-id': order.operation,
        'ce-type': `cn.lianban.operation.${order.kind}.v1`,
        'ce-source': `/lianban/${source}`,
        'ce-subject': order.requestId,
        'ce-time': clock.now().toISOString(),
      },
    );
    return outcomeOf(answer);
  }

  /** With each secret that holds now: whoever checks knows one of them. */
  private sign(id: string, at: Date, body: string): string {
    return this.context.secret.map((secret) => new Webhook(secret).sign(id, at, body)).join(' ');
  }

  private async call(
    method: Dispatcher.HttpMethod,
    path: string,
    id: string,
    body: string,
    headers: Record<string, string>,
    dispatcher = this.agent,
  ): Promise<Answer> {
    const now = this.context.clock.now();
    const signed = {
      ...headers,
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': this.sign(id, now, body),
    };
    try {
      const response = await request(this.endpoint + path, {
        method,
        headers: signed,
        dispatcher,
        signal: AbortSignal.timeout(this.context.timeout),
        ...(body && { body }),
      });
      return { status: response.statusCode, body: parsed(Buffer.from(await response.body.arrayBuffer())) };
    } catch (error) {
      const { code, name } = error as { code?: string; name: string };
      if (NOT_SENT.has(code ?? '')) throw new ProviderUnavailable(`cannot connect: ${code}`);
      throw new ProviderUnknown(`no answer: ${code ?? name}`);
    }
  }
}

function outcomeOf(answer: Answer): Accepted {
  const { status } = answer;
  if (status >= 200 && status < 300) return takenIn(answer);
  if (status === 422) {
    const { reason, providerMessage } = refusalIn(answer);
    throw new ProviderRefused(reason, providerMessage);
  }
  if (status === 429) throw new ProviderUnavailable('asked to slow down');
  if (status === 409) throw new ProviderUnknown('has another body under our id', false);
  if (status >= 500) throw new ProviderUnknown(`answered ${status}`, isDown(status));
  throw new ProviderUnavailable(`did not understand us: ${status}`, false);
}

/** A gateway's words for "nobody there"; any other 5xx may be about this one operation. */
const isDown = (status: number): boolean => status === 502 || status === 503 || status === 504;

/** An answer that we cannot read is no answer: it may have been taken. */
function takenIn({ body, status }: Answer): Accepted {
  if (body.outcome !== 'taken') throw new ProviderUnknown(`answered ${status} without an outcome`, false);
  return {
    ...(typeof body.reference === 'string' && { reference: cutText(body.reference, 64) }),
    ...(body.report !== undefined && { report: reportIn(body.report) }),
  };
}

function reportIn(value: unknown): JobReport {
  const { form, errors } = readTolerantly(JobReport, value);
  const wrong = errors.map(({ pointer, code }) => `${pointer} ${code}`).join(', ');
  if (wrong) throw new ProviderUnknown(`answered with an invalid report: ${wrong}`, false);
  return form;
}

/** A gateway may answer 422 as well: only what says that it is a refusal ends a job. */
function refusalIn({ body }: Answer): { reason: string; providerMessage?: string } {
  if (body.outcome !== 'refused') throw new ProviderUnknown('answered 422 without an outcome', false);
  return {
    reason: typeof body.reason === 'string' ? body.reason : '',
    ...(typeof body.text === 'string' && { providerMessage: cutText(body.text, 500) }),
  };
}

function parsed(body: Buffer): Answer['body'] {
  try {
    const value = readJsonTolerantly(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
