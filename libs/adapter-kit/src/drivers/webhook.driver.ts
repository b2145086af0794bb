import { randomUUID } from 'node:crypto';
import { canonicalJson, cutText, readTolerantly } from '@lianban/service-kit';
import { IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { Webhook } from 'standardwebhooks';
import type { OperationBody } from '../jobs/operation.js';
import { JobReport } from '../jobs/job-report.js';
import { ListedJobForm, toListedJob } from '../reconciliation/listed-job.form.js';
import { readEach } from './read-each.js';
import { failForStatus, isDown, jsonIn, ProviderHttp, readAnswer, type HttpCall } from './provider-http.js';
import {
  ProviderRefused,
  ProviderUnknown,
  type ListedJobs,
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
/** Of a page of its list of jobs. */
const LONGEST_LIST_BYTES = 1024 * 1024;

class JobList {
  @IsArray() jobs!: object[];
  /** Where the next page begins; absent on the last. */
  @IsOptional() @IsString() @MaxLength(500) next?: string;
}

/**
 * The built-in dialect `webhook`: a CloudEvent over HTTP (binary mode), signed as in Standard Webhooks, our operation id as
 * idempotency key; the provider posts reports back. docs/webhook.md describes it for providers.
 */
export class WebhookDriver implements UtilityDriver {
  readonly retrySafety: 'idempotency-key' | 'status-query';
  private readonly http: ProviderHttp;
  private readonly listHttp: ProviderHttp;
  private readonly endpoint: string;

  constructor(private readonly context: DriverContext) {
    const { provider, timeout, endpoint, secret } = context;
    if (secret.length === 0) throw new Error(`${provider.id} has no secret`);
    this.endpoint = endpoint;
    this.retrySafety = provider.retrySafety;
    this.http = new ProviderHttp(provider, timeout, LONGEST_ANSWER_BYTES);
    this.listHttp = new ProviderHttp(provider, timeout, LONGEST_LIST_BYTES);
  }

  place = (order: OperationBody): Promise<Accepted> => this.tell(order);
  correct = (order: OperationBody): Promise<Accepted> => this.tell(order);
  withdraw = (order: OperationBody): Promise<Accepted> => this.tell(order);

  async queryStatus({ operation }: OperationBody): Promise<LookupResult> {
    const answer = await this.call(operation, {
      method: 'GET',
      url: `/operations/${operation}`,
      isQuestion: true,
    });
    // A gateway that lost its way answers 404 as well: only the provider's word is believed.
    if (answer.status === 404 && answer.body.outcome === 'absent') return { found: 'absent' };
    if (answer.status !== 200 && answer.status !== 422)
      throw new ProviderUnknown(`look-up answered ${answer.status}`, isDown(answer.status));
    return answer.body.outcome === 'refused'
      ? { found: 'refused', ...refusalIn(answer) }
      : { found: 'taken', ...takenIn(answer) };
  }

  async list(since: Date, cursor: string | null): Promise<ListedJobs> {
    const query = new URLSearchParams({ since: since.toISOString(), ...(cursor !== null && { cursor }) });
    const url = `/jobs?${query.toString()}`;
    const answer = await this.call(randomUUID(), { method: 'GET', url, isQuestion: true }, this.listHttp);
    if (answer.status !== 200) failForStatus(answer.status);
    const { jobs, next } = readAnswer(JobList, answer.body);
    const name = ({ placement = 'without a name' }: Partial<ListedJobForm>): string => `job ${placement}`;
    const { forms, unreadable } = readEach(ListedJobForm, jobs, name);
    return { jobs: forms.map(toListedJob), cursor: next ?? null, unreadable };
  }

  private async tell(order: OperationBody): Promise<Accepted> {
    const { callback, source, clock } = this.context;
    const answer = await this.call(order.operation, {
      method: 'POST',
      url: '/operations',
      // The same to the letter at each try, wherever the order was read from.
      body: canonicalJson({ ...order, callback }),
      headers: {
        'content-type': 'application/json',
        'idempotency-key': order.operation,
        'ce-specversion': '1.0',
        'ce-id': order.operation,
        'ce-type': `cn.lianban.operation.${order.kind}.v1`,
        'ce-source': `/lianban/${source}`,
        'ce-subject': order.requestId,
        'ce-time': clock.now().toISOString(),
      },
    });
    return outcomeOf(answer);
  }

  /** With each secret that holds now: whoever checks knows one of them. */
  private sign(id: string, at: Date, body: string): string {
    return this.context.secret.map((secret) => new Webhook(secret).sign(id, at, body)).join(' ');
  }

  private async call(
    id: string,
    { url, headers, body = '', ...call }: HttpCall,
    http = this.http,
  ): Promise<Answer> {
    const now = this.context.clock.now();
    const signed = {
      ...headers,
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': this.sign(id, now, body),
    };
    const answer = await http.call({ ...call, url: this.endpoint + url, body, headers: signed });
    return { status: answer.status, body: (jsonIn(answer) ?? {}) as Answer['body'] };
  }
}

function outcomeOf(answer: Answer): Accepted {
  const { status } = answer;
  if (status >= 200 && status < 300) return takenIn(answer);
  if (status === 422) {
    const { reason, providerMessage } = refusalIn(answer);
    throw new ProviderRefused(reason, providerMessage);
  }
  return failForStatus(status);
}

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
