import { createServer, type IncomingMessage } from 'node:http';
import { LoopbackServer } from '@lianban/testing';

export type Answer = [status: number, body: unknown, headers?: Record<string, string>];

/** An order as the company shows it. */
export interface Order {
  orderNo: string;
  externalNo: string;
  operations: string[];
  status: string;
  statusAt: string;
  updatedAt: string;
  [field: string]: unknown;
}

/** A gas company that takes every order, tells its changes, and does otherwise what it is told to. */
export class GasCompany extends LoopbackServer {
  url = '';
  orders: Order[] = [];
  /** Each change is a second later than the one before. */
  time = Date.now() - 3_600_000;
  /** The answer to each request for a token, in place of one. */
  token?: Answer;
  /** The secrets that it knows. */
  secrets?: string[];
  /** Client ids and secrets by which tokens were asked for. */
  readonly clients: { id: string; secret: string; by: string }[] = [];
  /** Addresses that were posted to, as they came. */
  readonly posted: string[] = [];
  /** Until then an order that it received lies there unexecuted, whoever still waits for the answer. */
  placingWaits?: Promise<void>;
  /** The answer to every order that is placed. */
  placing?: Answer;
  /** The answer to a question for changes, and to one about a placement. */
  changes?: (query: URLSearchParams) => Answer | undefined;
  lookUp?: (externalNo: string) => Answer | undefined;
  /** What happens while its list is read, after each page. */
  afterPage?: () => void;
  asOf = (): string => this.now();
  /** Questions for changes, as they came. */
  readonly asked: URLSearchParams[] = [];
  private issued = 0;
  private readonly valid = new Set<string>();
  protected readonly server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const isToken = request.url!.endsWith('/token');
    if (request.method === 'POST' && !isToken) await this.placingWaits;
    const [status, body, headers] = this.answer(request, text);
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  });

  override async open(): Promise<string> {
    return (this.url = await super.open());
  }

  /** It behaves again. */
  behave(): void {
    const usual = {
      placing: undefined,
      changes: undefined,
      lookUp: undefined,
      afterPage: undefined,
      placingWaits: undefined,
    };
    Object.assign(this, usual, { token: undefined, secrets: undefined, asOf: () => this.now() });
  }

  endTokens(): void {
    this.valid.clear();
  }

  now(): string {
    return new Date(this.time).toISOString();
  }

  order(externalNo: string): Order {
    return this.orders.find((each) => each.externalNo === externalNo)!;
  }

  /** Changes an order, a second after the last change. */
  change(externalNo: string, fields: Partial<Order>): void {
    this.time += 1_000;
    const order = this.order(externalNo);
    const statusAt = fields.status ? this.now() : order.statusAt;
    Object.assign(order, { updatedAt: this.now(), statusAt }, fields);
  }

  private answer(request: IncomingMessage, text: string): Answer {
    const { pathname, searchParams } = new URL(request.url!, 'http://any');
    if (pathname.endsWith('/token')) return this.answerToken(request, new URLSearchParams(text));
    if (!this.valid.has((request.headers.authorization ?? '').replace('Bearer ', '')))
      return [401, { errcode: 'E0401', errmsg: 'token' }];
    if (request.method === 'POST') this.posted.push(pathname);
    if (pathname.endsWith('/cancellations'))
      return this.noteCancellation(pathname, JSON.parse(text) as never);
    if (request.method === 'POST') return this.placing ?? this.place(JSON.parse(text) as never);
    if (searchParams.has('openOrUpdatedSince')) return this.list(searchParams);
    const externalNo = searchParams.get('externalNo');
    if (externalNo === null) return this.changes?.(searchParams) ?? this.page(searchParams);
    const workOrders = this.orders.filter((each) => each.externalNo === externalNo);
    return this.lookUp?.(externalNo) ?? [200, { asOf: this.now(), workOrders }];
  }

  private answerToken({ headers }: IncomingMessage, form: URLSearchParams): Answer {
    const [, basic] = (headers.authorization ?? '').split(' ');
    const [id = '', secret = ''] = Buffer.from(basic ?? '', 'base64')
      .toString()
      .split(':')
      .map((part) => decodeURIComponent(part.replaceAll('+', '%20')));
    const client = basic
      ? { id, secret, by: 'basic' }
      : { id: form.get('client_id')!, secret: form.get('client_secret')!, by: 'post' };
    this.clients.push(client);
    if (this.secrets && !this.secrets.includes(client.secret)) return [401, { error: 'invalid_client' }];
    const token = `token-${++this.issued}`;
    this.valid.add(token);
    const [status, body, sent] = this.token ?? [200, { expires_in: 3_600 }];
    return [
      status,
      typeof body === 'string' ? body : { access_token: token, token_type: 'Bearer', ...(body as object) },
      sent,
    ];
  }

  private place({ externalNo, operationNo }: { externalNo: string; operationNo: string }): Answer {
    this.time += 1_000;
    const at = this.now();
    const orderNo = `Q-${this.orders.length + 1}`;
    const order = {
      orderNo,
      externalNo,
      operations: [operationNo],
      status: 'RECEIVED',
      statusAt: at,
      updatedAt: at,
    };
    this.orders.push(order);
    return [201, order];
  }

  /** It has noted it, and says nothing of it yet. */
  private noteCancellation(path: string, { operationNo }: { operationNo: string }): Answer {
    const number = decodeURIComponent(path.split('/').at(-2)!);
    const order = this.orders.find(({ orderNo }) => orderNo === number);
    order?.operations.push(operationNo);
    return order ? [200, order] : [404, { errcode: 'E0404' }];
  }

  private page(query: URLSearchParams): Answer {
    this.asked.push(query);
    const since = Date.parse(query.get('updatedSince')!);
    const after = query.get('after');
    const timeOf = ({ updatedAt }: Order) => Date.parse(updatedAt);
    const workOrders = this.orders
      .filter((each) => (after && timeOf(each) === since ? each.orderNo > after : timeOf(each) >= since))
      .sort((one, other) => timeOf(one) - timeOf(other) || (one.orderNo < other.orderNo ? -1 : 1))
      .slice(0, Number(query.get('limit')))
      .map((each) => ({ ...each }));
    const answer: Answer = [200, { asOf: this.asOf(), workOrders }];
    this.afterPage?.();
    return answer;
  }

  private list(query: URLSearchParams): Answer {
    const since = Date.parse(query.get('openOrUpdatedSince')!);
    const after = query.get('after') ?? '';
    const workOrders = this.orders
      .filter(({ status, updatedAt }) => status !== 'COMPLETED' || Date.parse(updatedAt) >= since)
      .filter(({ orderNo }) => orderNo > after)
      .sort((one, other) => (one.orderNo < other.orderNo ? -1 : 1))
      .slice(0, Number(query.get('limit')));
    return [200, { asOf: this.asOf(), workOrders }];
  }
}
