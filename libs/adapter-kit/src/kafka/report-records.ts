import type { Provider } from '@lianban/catalogue';
import { reportsTopicOf, type RequestEvent } from '@lianban/contracts';
import {
  areParked,
  InvalidMessage,
  type DecodedMessage,
  type Handlers,
  type RawMessage,
  type RecordReader,
  type UnitOfWork,
} from '@lianban/messaging';
import { RepeatedWarning } from '@lianban/service-kit';
import type { EntityManager } from 'typeorm';
import { UnknownJob, type IncomingReport, type ReceiveReport } from '../reports/receive-report.js';
import { decodeReport, REPORT } from './report-record.js';

/** Of one provider; what is wrong beyond that is left out, so that nobody fills our database with what cannot be used. */
const MAX_PARKED = 1_000;
const COUNT_EVERY_MS = 1_000;

/** What one provider writes to its topic of reports. */
export class ReportRecords implements RecordReader {
  readonly handlers: Handlers = new Map([
    [REPORT, (reports: RequestEvent[], work: UnitOfWork) => this.receive(reports as IncomingReport[], work)],
  ]);
  private readonly topic: string;
  private readonly warning: RepeatedWarning;
  private parksNoMore = false;
  private countedAt = -Infinity;

  constructor(
    private readonly provider: Provider,
    private readonly receiveReport: ReceiveReport,
    warn: (message: string) => void,
  ) {
    this.topic = reportsTopicOf(provider.id);
    this.warning = new RepeatedWarning(warn);
  }

  decode(from: RawMessage): DecodedMessage | undefined {
    try {
      return decodeReport(from, this.provider.id, this.provider.utility);
    } catch (error) {
      if (!this.parksNoMore) throw error;
      return void this.leaveOut((error as Error).message);
    }
  }

  /** How many are parked, looked up once a second at most; as far as it was known where the database does not say. */
  async countParked(manager: EntityManager): Promise<void> {
    if (performance.now() - this.countedAt < COUNT_EVERY_MS) return;
    this.countedAt = performance.now();
    this.parksNoMore = await areParked(manager, this.topic, MAX_PARKED).catch(() => this.parksNoMore);
  }

  /** A job that nobody knows may be known once a restored database has caught up: its report is parked. */
  private async receive(reports: IncomingReport[], work: UnitOfWork): Promise<void> {
    const refusals = await this.receiveReport.receive(work, reports);
    const unknown = refusals.find((refusal) => refusal instanceof UnknownJob);
    if (!unknown) return;
    if (!this.parksNoMore) throw new InvalidMessage('unknown-job', `${this.provider.id} has no such job`);
    this.leaveOut('no such job');
  }

  private leaveOut(why: string): void {
    const { topic } = this;
    this.warning.say(
      `${MAX_PARKED} records of ${topic} are parked; more that cannot be used are left out: ${why}`,
    );
  }
}
