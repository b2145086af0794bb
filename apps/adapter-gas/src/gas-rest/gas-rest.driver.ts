import {
  entryOf,
  failForStatus,
  isDown,
  isWithdrawn,
  jsonIn,
  orderMeant,
  ProviderHttp,
  ProviderRefused,
  ProviderUnavailable,
  ProviderUnknown,
  readAnswer,
  readEach,
  settingsOf,
  type Accepted,
  type DriverContext,
  type HttpAnswer,
  type ListedJobs,
  type LookupResult,
  type OperationBody,
  type PolledReports,
  type SecondOrder,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import { AccessTokens } from './access-tokens.js';
import {
  lastOf,
  readPosition,
  timeBefore,
  widened,
  writePosition,
  type Position,
} from './change-position.js';
import { GasRestSettings } from './gas-rest.settings.js';
import { explanationIn, reportsOf, statusOf } from './statuses.js';
import { toApplication, toCancellation, WorkOrder, WorkOrderList } from './work-order.js';

const LONGEST_ANSWER_BYTES = 4 * 1024 * 1024;
/** A cursor that the company cannot read, or is too old for it. */
const UNKNOWN_CURSOR = [400, 410];

interface Call {
  method: 'GET' | 'POST';
  path: string;
  body?: object;
}

/**
 * A gas company's REST API behind OAuth2 (docs/dialects/gas-rest.md), which never calls: it is asked for what has changed. It honours
 * no idempotency key: an order is looked up by our placement, and an operation among those that the order says it has taken.
 */
export class GasRestDriver implements UtilityDriver {
  readonly retrySafety = 'status-query';
  private readonly http: ProviderHttp;
  private readonly settings: GasRestSettings;
  private readonly tokens: AccessTokens;
  private readonly base: string;

  constructor(private readonly context: DriverContext) {
    const { provider, timeout, endpoint, secret } = context;
    if (secret.length === 0) throw new Error(`${provider.id} has no secret`);
    this.settings = settingsOf(GasRestSettings, provider);
    this.base = endpoint + this.settings.basePath;
    this.http = new ProviderHttp(provider, timeout, LONGEST_ANSWER_BYTES);
    this.tokens = new AccessTokens(this.http, endpoint, this.settings, () => context.secret);
  }

  async place(order: OperationBody): Promise<Accepted> {
    const body = toApplication(order);
    return this.takenIn(this.orderIn(await this.call({ method: 'POST', path: '/work-orders', body }), order));
  }

  correct = (order: OperationBody, reference?: string): Promise<Accepted> =>
    this.change(order, reference, 'supplements', toApplication(order));
  withdraw = (order: OperationBody, reference?: string): Promise<Accepted> =>
    this.change(order, reference, 'cancellations', toCancellation(order));

  async withdrawSecond({ placement, reference, operation }: SecondOrder): Promise<'asked' | 'withdrawn'> {
    const orders = await this.ordersOf(placement).catch(asUnknown);
    const second = orders.find(({ orderNo }) => orderNo === reference);
    if (!second) throw new ProviderUnknown(`shows no order ${reference}`, false);
    if (isWithdrawn(statusOf(second, this.settings.reasons).state)) return 'withdrawn';
    const { cancellation, operations } = second;
    const isAnswered = cancellation?.operationNo === operation && cancellation.result === 'REFUSED';
    if (isAnswered) {
      const { reason = '', text } = explanationIn(cancellation, this.settings.reasons);
      throw new ProviderRefused(reason, text);
    }
    if (operations.includes(operation)) return 'asked';
    const body = toCancellation({ operation, reason: 'duplicate' });
    const answer = await this.post(reference, 'cancellations', body);
    this.throwIfRefused(answer);
    if (!isGood(answer)) failForStatus(answer.status);
    return 'asked';
  }

  async queryStatus(order: OperationBody, reference?: string): Promise<LookupResult> {
    const found = await this.find(order.placement, reference).catch(asUnknown);
    if (!found) return { found: 'absent' };
    if (order.kind !== 'place')
      return { found: found.operations.includes(order.operation) ? 'taken' : 'absent' };
    const refusal = this.refusalIn(found);
    return refusal ? { found: 'refused', ...refusal } : { found: 'taken', ...this.takenIn(found) };
  }

  async poll(cursor: string | undefined): Promise<PolledReports> {
    const { overlapSeconds, pageSize, reasons } = this.settings;
    const known = readPosition(cursor);
    let position = known ? widened(known, overlapSeconds * 1_000) : this.start();
    let answer = await this.changes(position);
    if (known && UNKNOWN_CURSOR.includes(answer.status))
      answer = await this.changes((position = this.start()));
    if (!isGood(answer)) failForStatus(answer.status);
    const { asOf, workOrders } = readAnswer(WorkOrderList, jsonIn(answer));
    const { forms: orders, unreadable } = readEach(WorkOrder, workOrders, nameOf);
    const hasMore = workOrders.length >= pageSize;
    return {
      reports: orders.flatMap((order) => reportsOf(order, reasons)),
      unreadable,
      // A list that is older than the last one is read on from where it is.
      cursor: writePosition(hasMore ? lastOf(orders.map(positionOf), position) : { since: asOf }),
      hasMore,
    };
  }

  async list(since: Date, cursor: string | null): Promise<ListedJobs> {
    const { pageSize, reasons } = this.settings;
    const window = { openOrUpdatedSince: since.toISOString(), ...(cursor !== null && { after: cursor }) };
    const answer = await this.search({ ...window, limit: String(pageSize) });
    if (!isGood(answer)) failForStatus(answer.status);
    const { workOrders } = readAnswer(WorkOrderList, jsonIn(answer));
    const { forms: orders, unreadable } = readEach(WorkOrder, workOrders, nameOf);
    return {
      jobs: orders.map((order) => ({
        placement: order.externalNo,
        reference: order.orderNo,
        observations: [statusOf(order, reasons)],
      })),
      cursor: workOrders.length >= pageSize ? (orders.at(-1)?.orderNo ?? null) : null,
      unreadable,
    };
  }

  private start(): Position {
    return { since: timeBefore(this.context.clock.now().getTime(), this.settings.windowHours * 3_600_000) };
  }

  private changes({ since, after }: Position): Promise<HttpAnswer> {
    const limit = String(this.settings.pageSize);
    return this.search({ updatedSince: since, ...(after && { after }), limit });
  }

  private async change(
    order: OperationBody,
    reference: string | undefined,
    what: string,
    body: object,
  ): Promise<Accepted> {
    const existing = await this.find(order.placement, reference);
    if (!existing) throw new ProviderUnknown('has no order of ours that it took', false);
    this.orderIn(await this.post(existing.orderNo, what, body), order);
    return {};
  }

  private post(orderNo: string, what: string, body: object): Promise<HttpAnswer> {
    return this.call({ method: 'POST', path: `/work-orders/${encodeURIComponent(orderNo)}/${what}`, body });
  }

  private takenIn(order: WorkOrder): Accepted {
    const status = statusOf(order, this.settings.reasons);
    return {
      reference: order.orderNo,
      ...(status.state && { report: { ...status, at: order.statusAt } }),
    };
  }

  /** @throws ProviderRefused where the company says why, in the answer or on the order that it made */
  private orderIn(answer: HttpAnswer, { placement, kind }: OperationBody): WorkOrder {
    this.throwIfRefused(answer);
    if (!isGood(answer)) failForStatus(answer.status);
    const order = readAnswer(WorkOrder, jsonIn(answer));
    if (order.externalNo !== placement) throw new ProviderUnknown('answers with another order', false);
    const refusal = kind === 'place' && this.refusalIn(order);
    if (refusal) throw new ProviderRefused(refusal.reason, refusal.providerMessage);
    return order;
  }

  private refusalIn(order: WorkOrder): { reason: string; providerMessage?: string } | undefined {
    if (order.status !== 'REJECTED') return undefined;
    const { reason = '', text } = explanationIn(order, this.settings.reasons);
    return { reason, ...(text && { providerMessage: text }) };
  }

  /** A business refusal is one that names a code of the table; any other is between us and the company. */
  private throwIfRefused(answer: HttpAnswer): void {
    const { errcode, errmsg } = (jsonIn(answer) ?? {}) as { errcode?: unknown; errmsg?: unknown };
    const reason = entryOf(this.settings.reasons, String(errcode));
    if (reason === undefined || !(isGood(answer) || [400, 409, 422].includes(answer.status))) return;
    throw new ProviderRefused(reason, typeof errmsg === 'string' ? errmsg : undefined);
  }

  /** That with the number, else the first of ours that is not cancelled, however often it was placed. */
  private async find(placement: string, reference?: string): Promise<WorkOrder | undefined> {
    const isKept = ({ status }: WorkOrder): boolean => status !== 'CANCELLED';
    return orderMeant(await this.ordersOf(placement), ({ orderNo }) => orderNo, isKept, reference);
  }

  private async ordersOf(placement: string): Promise<WorkOrder[]> {
    const answer = await this.search({ externalNo: placement });
    if (!isGood(answer))
      throw new ProviderUnknown(`look-up answered ${answer.status}`, isDown(answer.status));
    const { workOrders } = readAnswer(WorkOrderList, jsonIn(answer));
    const orders = workOrders.map((each) => readAnswer(WorkOrder, each));
    // Else "absent" could not be told from "on another page", and the order would be placed twice.
    if (orders.some(({ externalNo }) => externalNo !== placement))
      throw new ProviderUnknown('does not look up by externalNo', false);
    return orders;
  }

  private search(query: Record<string, string>): Promise<HttpAnswer> {
    return this.call({ method: 'GET', path: `/work-orders?${new URLSearchParams(query).toString()}` });
  }

  /** A token may end before its time: then nothing was done, and it is renewed once. */
  private async call(call: Call): Promise<HttpAnswer> {
    const token = await this.tokens.current();
    const answer = await this.send(call, token);
    return answer.status === 401 ? this.send(call, await this.tokens.replace(token)) : answer;
  }

  private send({ method, path, body }: Call, token: string): Promise<HttpAnswer> {
    return this.http.call({
      method,
      url: this.base + path,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      isQuestion: method === 'GET',
    });
  }
}

const isGood = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300;

/** A look-up that we may not make tells nothing of what it is about. */
function asUnknown(error: unknown): never {
  if (error instanceof ProviderUnavailable && !error.away) throw new ProviderUnknown(error.message, false);
  throw error;
}

const positionOf = ({ updatedAt, orderNo }: WorkOrder) => ({ since: updatedAt, after: orderNo });

const nameOf = ({ orderNo = 'without a number' }: Partial<WorkOrder>): string => `order ${orderNo}`;
