import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  BadSignature,
  entryOf,
  failForStatus,
  isDown,
  isWithdrawn,
  jsonIn,
  observed,
  orderMeant,
  ProviderHttp,
  ProviderRefused,
  ProviderUnknown,
  readAnswer,
  readEach,
  readPlacementName,
  settingsOf,
  UnknownJob,
  type Accepted,
  type DriverContext,
  type HttpAnswer,
  type HttpCall,
  type ListedJobs,
  type LookupResult,
  type Observation,
  type OpenJob,
  type OperationBody,
  type ProviderCallback,
  type ProviderReport,
  type SecondOrder,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import { InvalidForm, readTolerantly } from '@lianban/service-kit';
import {
  CancelServiceOrder,
  ErrorMessage,
  EventSubscription,
  ServiceOrder,
  ServiceOrderEvent,
} from './resources.js';
import { toCancellation, toServiceOrder, toUpdate } from './service-order.js';
import {
  errorsOf,
  explanationIn,
  isEndOfCancellation,
  observationsOf,
  refusalOfCancellation,
} from './statuses.js';
import { Tmf641Settings } from './tmf641.settings.js';

const LONGEST_ANSWER_BYTES = 1024 * 1024;
/** Orders in a page of the carrier's list. */
const PAGE_SIZE = 100;

/**
 * TM Forum TMF641 v4.1 with hub and listener (docs/dialects/tmf641.md). The standard has no idempotency key: an order is looked up by
 * `externalId`, our placement, before it is sent again. An event says only that something changed: the order is read, so that a
 * forged, reordered or thin one tells nothing false.
 */
export class Tmf641Driver implements UtilityDriver {
  readonly retrySafety = 'status-query';
  private readonly http: ProviderHttp;
  private readonly settings: Tmf641Settings;
  private readonly base: string;

  constructor(private readonly context: DriverContext) {
    const { provider, timeout, endpoint, secret } = context;
    if (secret.length === 0) throw new Error(`${provider.id} has no secret`);
    this.settings = settingsOf(Tmf641Settings, provider);
    this.base = endpoint + this.settings.basePath;
    this.http = new ProviderHttp(provider, timeout, LONGEST_ANSWER_BYTES);
  }

  async place(order: OperationBody): Promise<Accepted> {
    const seenAt = this.context.clock.now();
    const answer = await this.call({ method: 'POST', url: '/serviceOrder', body: toServiceOrder(order) });
    return this.takenIn(this.orderIn(answer), seenAt);
  }

  async correct(order: OperationBody, reference?: string): Promise<Accepted> {
    const { id } = await this.existing(order, reference);
    this.orderIn(await this.call({ method: 'PATCH', url: `/serviceOrder/${id}`, body: toUpdate(order) }));
    return {};
  }

  async withdraw(order: OperationBody, reference?: string): Promise<Accepted> {
    const { id } = await this.existing(order, reference);
    await this.cancel(order, id);
    return {};
  }

  async withdrawSecond({ placement, reference, operation }: SecondOrder): Promise<'asked' | 'withdrawn'> {
    const { reasons } = this.settings;
    const asked = (await this.cancellationsOf(reference)).findLast(isFor(operation));
    // Read after what came of its cancellation: before that ended, an order that is let go looks like one that is kept.
    const second = await this.read(reference);
    if (second?.externalId !== placement)
      throw new ProviderUnknown(`shows no order ${reference} of ours`, false);
    if (isWithdrawn(observationsOf(second, reasons).at(-1)!.state)) return 'withdrawn';
    const [refusal] = asked ? refusalOfCancellation(asked, second, reasons) : [];
    if (refusal) throw new ProviderRefused(refusal.reason ?? '', refusal.text);
    if (!asked) await this.cancel({ operation, reason: 'duplicate' }, reference);
    return 'asked';
  }

  private async cancel(
    about: Pick<OperationBody, 'operation' | 'reason'>,
    id: string,
  ): Promise<CancelServiceOrder> {
    const body = toCancellation(about, id);
    const answer = await this.call({ method: 'POST', url: '/cancelServiceOrder', body });
    if (!isGood(answer)) this.fail(answer);
    return readAnswer(CancelServiceOrder, jsonIn(answer));
  }

  async queryStatus(order: OperationBody, reference?: string): Promise<LookupResult> {
    const seenAt = this.context.clock.now();
    const found = await this.find(order.placement, reference);
    if (!found) return { found: 'absent' };
    if (order.kind === 'correct') return hasMark(found, order) ? { found: 'taken' } : { found: 'absent' };
    if (order.kind === 'withdraw') {
      const cancellations = await this.cancellationsOf(found.id);
      const isAsked = cancellations.some(isFor(order.operation));
      return { found: isAsked ? 'taken' : 'absent' };
    }
    const refusal = this.refusalIn(found);
    return refusal ? { found: 'refused', ...refusal } : { found: 'taken', ...this.takenIn(found, seenAt) };
  }

  async inspect({ placement, reference, withdrawal }: OpenJob): Promise<Observation[]> {
    const orders = await this.ordersOf(placement);
    const order = meant(orders, reference);
    if (!order) throw new ProviderUnknown('has no order of ours that it took', false);
    const seconds = orders.filter((each) => each.id !== order.id && isKept(each));
    return [...seconds.map(({ id }) => ({ reference: id })), ...(await this.look(order, withdrawal))];
  }

  async list(since: Date, cursor: string | null): Promise<ListedJobs> {
    const offset = Number(cursor ?? 0);
    const window = { 'orderDate.gte': since.toISOString(), offset: String(offset), limit: String(PAGE_SIZE) };
    const url = `/serviceOrder?${new URLSearchParams(window).toString()}`;
    const answer = await this.call({ method: 'GET', url, isQuestion: true });
    const page = isGood(answer) ? jsonIn(answer) : failForStatus(answer.status);
    if (!Array.isArray(page)) throw new ProviderUnknown('gave a list that is none', false);
    const name = ({ id = 'without an id' }: Partial<ServiceOrder>): string => `order ${id}`;
    const { forms: orders, unreadable } = readEach(ServiceOrder, page, name);
    return {
      jobs: orders.map((order) => ({
        placement: order.externalId ?? '',
        reference: order.id,
        observations: observationsOf(order, this.settings.reasons),
      })),
      // A list that is not cut into pages is whole.
      cursor: page.length === PAGE_SIZE ? String(offset + PAGE_SIZE) : null,
      unreadable,
    };
  }

  /** Told once a day anew: the standard has no way to ask whether a listener is still known. */
  async subscribe(earlier: string | undefined): Promise<string> {
    if (earlier) await this.call({ method: 'DELETE', url: `/hub/${earlier}` });
    const [token] = this.tokens();
    const { eventTypes } = this.settings;
    const body = {
      callback: `${this.context.callbacks}/${token}`,
      query: eventTypes.map((type) => `eventType=${type}`).join('&'),
    };
    const answer = await this.call({ method: 'POST', url: '/hub', body });
    if (!isGood(answer)) failForStatus(answer.status);
    return readAnswer(EventSubscription, jsonIn(answer)).id;
  }

  /** The standard knows no signature: whoever knows the address was told it. */
  async readCallback({ path, body }: ProviderCallback): Promise<ProviderReport[]> {
    const [, token = ''] = path.split('/');
    if (!this.tokens().some((known) => isSame(known, token))) throw new BadSignature();
    const { form, errors } = readTolerantly(ServiceOrderEvent, jsonIn({ body }));
    if (errors.length > 0) throw new InvalidForm(errors);
    const { eventId, event } = form;
    const { serviceOrder, cancelServiceOrder } = event;
    const id = serviceOrder?.id ?? cancelServiceOrder?.serviceOrder.id ?? event.id;
    if (!id) throw new UnknownJob();
    const seenAt = this.context.clock.now();
    const order = await this.read(id);
    const about = readPlacementName(order?.externalId ?? '', 'telecom');
    if (!order || !about) throw new UnknownJob();
    // Whether a cancellation was refused is asked for: which one is to be answered now, an event cannot know.
    const observations = observationsOf(order, this.settings.reasons);
    return observed(about, seenAt, eventId, observations);
  }

  /** @param withdrawal the operation that is to be answered; an earlier one may have been refused */
  private async look(order: ServiceOrder, withdrawal: string | null): Promise<Observation[]> {
    const { reasons } = this.settings;
    const asked = withdrawal ? (await this.cancellationsOf(order.id)).filter(isFor(withdrawal)) : [];
    const last = asked.findLast(isEndOfCancellation);
    if (!last) return observationsOf(order, reasons);
    // Read anew: as it was before its cancellation ended, an order that is let go looks like one that is kept.
    const ended = (await this.read(order.id)) ?? order;
    return [...observationsOf(ended, reasons), ...refusalOfCancellation(last, ended, reasons)];
  }

  private takenIn(order: ServiceOrder, seenAt: Date): Accepted {
    const standing = observationsOf(order, this.settings.reasons).at(-1)!;
    const report = standing.state && { ...standing, at: seenAt.toISOString() };
    return { reference: order.id, ...(report && { report }) };
  }

  /** @throws ProviderRefused where the carrier says why, in the answer or on the order that it made */
  private orderIn(answer: HttpAnswer): ServiceOrder {
    if (!isGood(answer)) this.fail(answer);
    const order = readAnswer(ServiceOrder, jsonIn(answer));
    const refusal = this.refusalIn(order);
    if (refusal) throw new ProviderRefused(refusal.reason, refusal.providerMessage);
    return order;
  }

  private refusalIn(order: ServiceOrder): { reason: string; providerMessage?: string } | undefined {
    if (order.state !== 'rejected') return undefined;
    const { reason = '', text } = explanationIn(errorsOf(order)[0], this.settings.reasons);
    return { reason, ...(text && { providerMessage: text }) };
  }

  /** A business refusal is one that names a reason of the table; any other 4xx is between us and the carrier. */
  private fail(answer: HttpAnswer): never {
    const [error] = [jsonIn(answer)].flat();
    const { code = '', message } = error && typeof error === 'object' ? (error as ErrorMessage) : {};
    const reason = entryOf(this.settings.reasons, code);
    const isRefusal = [400, 409, 422].includes(answer.status) && reason !== undefined;
    if (isRefusal) throw new ProviderRefused(reason, typeof message === 'string' ? message : undefined);
    return failForStatus(answer.status);
  }

  private async existing({ placement }: OperationBody, reference?: string): Promise<ServiceOrder> {
    const order = await this.find(placement, reference);
    if (!order) throw new ProviderUnknown('has no order of ours that it took', false);
    return order;
  }

  private async find(placement: string, reference?: string): Promise<ServiceOrder | undefined> {
    return meant(await this.ordersOf(placement), reference);
  }

  private async ordersOf(placement: string): Promise<ServiceOrder[]> {
    const orders = await this.search(
      ServiceOrder,
      `/serviceOrder?externalId=${encodeURIComponent(placement)}`,
    );
    // Else "absent" could not be told from "on another page", and the order would be placed twice.
    if (orders.some(({ externalId }) => externalId !== placement))
      throw new ProviderUnknown('does not look up by externalId', false);
    return orders;
  }

  private async cancellationsOf(id: string): Promise<CancelServiceOrder[]> {
    const path = `/cancelServiceOrder?serviceOrder.id=${encodeURIComponent(id)}`;
    const cancellations = await this.search(CancelServiceOrder, path);
    return cancellations.filter(({ serviceOrder }) => serviceOrder.id === id);
  }

  private async search<T extends object>(Resource: new () => T, url: string): Promise<T[]> {
    const answer = await this.call({ method: 'GET', url, isQuestion: true });
    const found = isGood(answer) ? jsonIn(answer) : undefined;
    if (!Array.isArray(found))
      throw new ProviderUnknown(`look-up answered ${answer.status}`, isDown(answer.status));
    return found.map((each) => readAnswer(Resource, each));
  }

  /** Undefined where it has no such order. */
  private async read(id: string): Promise<ServiceOrder | undefined> {
    const url = `/serviceOrder/${encodeURIComponent(id)}`;
    const answer = await this.call({ method: 'GET', url, isQuestion: true });
    if (answer.status === 404) return undefined;
    if (!isGood(answer)) failForStatus(answer.status);
    return readAnswer(ServiceOrder, jsonIn(answer));
  }

  /** While the secret is being changed a carrier may know the previous one alone. */
  private async call({
    body,
    url,
    ...call
  }: Omit<HttpCall, 'body'> & { body?: object }): Promise<HttpAnswer> {
    let answer: HttpAnswer | undefined;
    for (const secret of this.context.secret) {
      answer = await this.http.call({
        ...call,
        url: this.base + url,
        headers: {
          accept: 'application/json;charset=utf-8',
          authorization: `Bearer ${secret}`,
          ...(body && { 'content-type': 'application/json;charset=utf-8' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (answer.status !== 401) break;
    }
    return answer!;
  }

  /** The part of our address that nobody can guess, one for each secret. */
  private tokens(): string[] {
    return this.context.secret.map((secret) =>
      createHmac('sha256', secret).update('tmf641 listener').digest('base64url'),
    );
  }
}

const isGood = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300;

const isKept = ({ state }: ServiceOrder): boolean => state !== 'cancelled';

/** That with the number, else the first of ours that is not cancelled, however often it was placed. */
const meant = (orders: readonly ServiceOrder[], reference?: string | null): ServiceOrder | undefined =>
  orderMeant(orders, ({ id }) => id, isKept, reference);

const hasMark = ({ externalReference = [] }: ServiceOrder, { operation }: OperationBody): boolean =>
  externalReference.some(({ name }) => name === operation);

const isFor =
  (operation: string) =>
  ({ cancellationReason }: CancelServiceOrder): boolean =>
    cancellationReason?.endsWith(operation) ?? false;

function isSame(known: string, given: string): boolean {
  const [one, other] = [Buffer.from(known), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
