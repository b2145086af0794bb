import {
  failForStatus,
  jsonIn,
  ProviderHttp,
  ProviderRefused,
  readAnswer,
  readEach,
  readPlacementName,
  type Accepted,
  type DriverContext,
  type HttpAnswer,
  type OperationBody,
  type PolledReports,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import { IsInstant } from '@lianban/contracts';
import { IsArray, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

const LONGEST_ANSWER_BYTES = 1024 * 1024;

class Order {
  @IsString() @MaxLength(64) number!: string;
}

class Refusal {
  @IsString() @MaxLength(40) reason!: string;
  @IsOptional() @IsString() @MaxLength(500) text?: string;
}

class News {
  @IsArray() items!: object[];
  @IsString() @MaxLength(100) next!: string;
}

class NewsItem {
  @IsString() @MaxLength(64) id!: string;
  @IsString() @MaxLength(80) placement!: string;
  @IsIn(['accepted', 'in-progress', 'completed', 'refused', 'cancelled']) state!:
    'accepted' | 'in-progress' | 'completed' | 'refused' | 'cancelled';
  @IsInstant() at!: string;
  @IsOptional() @IsString() @MaxLength(40) reason?: string;
}

/** The example of README's recipe: an order desk that takes each operation once by its number, with a password, and is asked for its news. */
export class OrderDeskDriver implements UtilityDriver {
  readonly retrySafety = 'idempotency-key';
  private readonly http: ProviderHttp;

  constructor(private readonly context: DriverContext) {
    this.http = new ProviderHttp(context.provider, context.timeout, LONGEST_ANSWER_BYTES);
  }

  place = (order: OperationBody): Promise<Accepted> => this.tell(order);
  correct = (order: OperationBody): Promise<Accepted> => this.tell(order);
  withdraw = (order: OperationBody): Promise<Accepted> => this.tell(order);

  async poll(cursor = ''): Promise<PolledReports> {
    const answer = await this.call('GET', `/news?after=${encodeURIComponent(cursor)}`);
    if (answer.status !== 200) failForStatus(answer.status);
    const { items, next } = readAnswer(News, jsonIn(answer));
    const { forms, unreadable } = readEach(NewsItem, items, ({ id }) => `news ${id}`);
    const reports = forms.flatMap(({ id, placement, ...report }) => {
      const ours = readPlacementName(placement, this.context.provider.utility);
      return ours ? [{ id, ...ours, report }] : [];
    });
    return { reports, cursor: next, unreadable };
  }

  private async tell({ operation, ...order }: OperationBody): Promise<Accepted> {
    const answer = await this.call('PUT', `/orders/${operation}`, order);
    if (answer.status === 422) {
      const { reason, text } = readAnswer(Refusal, jsonIn(answer));
      throw new ProviderRefused(reason, text);
    }
    if (answer.status !== 200) failForStatus(answer.status);
    return { reference: readAnswer(Order, jsonIn(answer)).number };
  }

  private call(method: 'GET' | 'PUT', path: string, body?: object): Promise<HttpAnswer> {
    const password = Buffer.from(`lianban:${this.context.secret[0]}`).toString('base64');
    return this.http.call({
      method,
      url: this.context.endpoint + path,
      headers: { authorization: `Basic ${password}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      isQuestion: method === 'GET',
    });
  }
}
