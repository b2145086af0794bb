import {
  ProviderRefused,
  ProviderUnavailable,
  ProviderUnknown,
  isWithdrawn,
  settingsOf,
  type Accepted,
  type DriverContext,
  type LookupResult,
  type Observation,
  type OpenJob,
  type OperationBody,
  type SecondOrder,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import { cutText } from '@lianban/service-kit';
import type { Checked, Flow, Found, Submitted } from './flow.js';
import {
  BUSY,
  DONE,
  hasTaken,
  LOGIN_FAILED,
  NOT_FOUND,
  observationsOf,
  refusalIn,
  refusalOfCancellation,
  yuanOf,
  type Reasons,
} from './statuses.js';
import { toCancellation, toCheck, toSubmission } from './submission.js';
import { WaterService } from './water-service.js';
import { WaterSoapSettings } from './water-soap.settings.js';

/**
 * The SOAP 1.1 service of a water company (docs/dialects/water-soap.md). It honours no key: a flow is looked up by our number before
 * it is submitted again. It never calls: each open flow is asked for.
 */
export class WaterSoapDriver implements UtilityDriver {
  readonly retrySafety = 'status-query';
  private readonly service: WaterService;
  private readonly reasons: Reasons;

  constructor(private readonly context: DriverContext) {
    const { provider, endpoint, secret } = context;
    if (secret.length === 0) throw new Error(`${provider.id} has no secret`);
    const { path, user, reasons } = settingsOf(WaterSoapSettings, provider);
    this.service = new WaterService(context, endpoint + path, user);
    this.reasons = new Map(Object.entries(reasons));
  }

  async place(order: OperationBody): Promise<Accepted> {
    await this.check(order);
    const answer = await this.service.call<Submitted>('submitFlow', toSubmission(order));
    if (answer.resultCode !== DONE) this.fail(answer);
    if (!answer.billNo) throw new ProviderUnknown('took it without a number of its own', false);
    return { reference: answer.billNo };
  }

  async correct(order: OperationBody): Promise<Accepted> {
    const answer = await this.service.call('supplementFlow', toSubmission(order));
    return answer.resultCode === DONE ? {} : this.fail(answer);
  }

  async withdraw(order: OperationBody): Promise<Accepted> {
    const answer = await this.service.call('cancelFlow', toCancellation(order));
    return answer.resultCode === DONE ? {} : this.fail(answer);
  }

  async withdrawSecond({ placement, reference, operation }: SecondOrder): Promise<'asked' | 'withdrawn'> {
    const second = await this.find(placement, reference);
    if (!second) throw new ProviderUnknown(`shows no flow ${reference}`, false);
    // To a company that does not read the number, a cancellation would be one of the job.
    if (second.billNo !== reference) throw new ProviderRefused('', 'does not look up by billNo');
    if (isWithdrawn(observationsOf(second, this.reasons).at(-1)!.state)) return 'withdrawn';
    const [refusal] = refusalOfCancellation(second, operation, this.reasons);
    if (refusal) throw new ProviderRefused(refusal.reason ?? '', refusal.text);
    if (hasTaken(second, operation)) return 'asked';
    const about = { placement, operation, reason: 'duplicate' };
    const call = { ...toCancellation(about), billNo: reference };
    const answer = await this.service.call('cancelFlow', call);
    return answer.resultCode === DONE ? 'asked' : this.fail(answer);
  }

  async queryStatus(order: OperationBody): Promise<LookupResult> {
    const seenAt = this.context.clock.now();
    const flow = await this.find(order.placement);
    if (!flow) return { found: 'absent' };
    if (order.kind !== 'place') return { found: hasTaken(flow, order.operation) ? 'taken' : 'absent' };
    const refusal = refusalIn(flow, this.reasons);
    if (refusal) {
      const { reason = '', text } = refusal;
      return { found: 'refused', reason, ...(text && { providerMessage: text }) };
    }
    const status = observationsOf(flow, this.reasons).at(-1)!;
    const report = status.state && { ...status, at: seenAt.toISOString() };
    return { found: 'taken', reference: flow.billNo, ...(report && { report }) };
  }

  async inspect({ placement, withdrawal }: OpenJob): Promise<Observation[]> {
    const flow = await this.find(placement);
    if (!flow) throw new ProviderUnknown('has no flow of ours that it took', false);
    return [...observationsOf(flow, this.reasons), ...refusalOfCancellation(flow, withdrawal, this.reasons)];
  }

  /** Nothing is submitted before it is answered: whatever goes wrong here, the company has nothing. */
  private async check(order: OperationBody): Promise<void> {
    try {
      const answer = await this.service.call<Checked>('checkSubmitFlow', toCheck(order));
      if (answer.resultCode !== DONE) this.fail(answer);
    } catch (error) {
      if (error instanceof ProviderRefused || error instanceof ProviderUnavailable) throw error;
      const { message } = error as Error;
      throw new ProviderUnavailable(
        `cannot be checked: ${message}`,
        (error as Partial<ProviderUnknown>).away ?? false,
      );
    }
  }

  /** A refusal is what the table lists; any other code is between us and the company. */
  private fail({ resultCode, resultMsg = '', arrears }: Checked): never {
    const reason = this.reasons.get(resultCode);
    const amount = arrears ? `（欠费 ${yuanOf(arrears)} 元）` : '';
    if (reason !== undefined)
      throw new ProviderRefused(reason, cutText(resultMsg + amount, 500) || undefined);
    if (resultCode === BUSY) throw new ProviderUnavailable('asked to slow down');
    if (resultCode === LOGIN_FAILED)
      throw new ProviderUnavailable('does not know our user and password', false);
    throw new ProviderUnknown(`answered with the code ${resultCode}`, false);
  }

  /** @throws ProviderUnknown where it does not say clearly whether it has it */
  private async find(placement: string, billNo?: string): Promise<Flow | undefined> {
    const call = { outerNo: placement, ...(billNo !== undefined && { billNo }) };
    const { resultCode, flow } = await this.service.call<Found>('queryFlow', call, { isQuestion: true });
    if (resultCode === NOT_FOUND) return undefined;
    if (resultCode !== DONE || !flow)
      throw new ProviderUnknown(`look-up answered with the code ${resultCode}`, false);
    if (flow.outerNo !== placement) throw new ProviderUnknown('looked up another flow than ours', false);
    return flow;
  }
}
