import {
  ProviderUnknown,
  type Accepted,
  type BatchFile,
  type BatchWriter,
  type OperationBody,
  type PolledReports,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import { masked, type Exchange } from './wire.js';

/** A provider that is told in files as one that is called: each operation in a file of its own, its answer in a reply. */
export class FileDriver implements UtilityDriver {
  readonly retrySafety = 'idempotency-key';
  readonly place = (order: OperationBody): Promise<Accepted> => this.tell(order);
  readonly correct = this.place;
  readonly withdraw = this.place;
  private losing = false;
  /** Files that lie at the provider without our knowing, by operation. */
  private readonly lost = new Map<string, BatchFile>();

  constructor(
    private readonly driver: UtilityDriver,
    readonly batches: BatchWriter,
    private readonly exchanges: Exchange[],
  ) {}

  /** The next file is laid there, and nobody tells us. */
  loseNextAnswer(): void {
    this.losing = true;
  }

  async poll(cursor: string | undefined): Promise<PolledReports> {
    const page = await this.driver.poll!(cursor);
    const { reports, unreadable = [] } = page;
    if (reports.length + unreadable.length > 0)
      this.exchanges.push({
        ...{ by: 'provider', method: 'REPLY', path: '', body: masked(JSON.stringify(reports)) },
        ...{ status: unreadable.length > 0 ? 422 : 202, answer: unreadable.join('; ') },
      });
    return page;
  }

  /** What was lost is sent again under its name; else the operation goes in a new file, also when it went before. */
  private async tell(order: OperationBody): Promise<Accepted> {
    const { operation } = order;
    const file = this.lost.get(operation) ?? (await this.batches.write([order]));
    this.lost.delete(operation);
    const exchange: Exchange = {
      ...{ by: 'lianban', method: 'FILE', path: file.name, body: masked(JSON.stringify(order)) },
      ...{ status: 0, answer: '' },
    };
    this.exchanges.push(exchange);
    try {
      await this.batches.send(file);
    } catch (error) {
      exchange.answer = (error as Error).message;
      throw error;
    }
    if (this.losing) {
      this.losing = false;
      this.lost.set(operation, file);
      exchange.answer = 'lies there; the answer was lost on its way';
      throw new ProviderUnknown(exchange.answer);
    }
    Object.assign(exchange, { status: 200, answer: 'lies there' });
    return {};
  }
}
