import { randomUUID } from 'node:crypto';
import { decodeReport, KafkaDriver, type DriverFactory, type ProviderReport } from '@lianban/adapter-kit';
import type { Provider } from '@lianban/catalogue';
import { reportsGroupOf, reportsTopicOf } from '@lianban/contracts';
import {
  KafkaClient,
  type KafkaSecurity,
  type Member,
  type Producer,
  type RawMessage,
} from '@lianban/messaging';
import { masked, type Exchange } from './wire.js';

const SESSION_TIMEOUT_MS = 10_000;

export interface KafkaOptions {
  brokers: string;
  topicPrefix: string;
  groupPrefix: string;
  security?: KafkaSecurity;
}

interface Watched {
  exchanges: Exchange[];
  take(reports: ProviderReport[]): void;
}

/** The two topics of a provider, written and read as an adapter does it, in its group. */
export class KafkaTopics {
  private readonly client: KafkaClient;
  private producer?: Producer;
  private reader?: Member;

  constructor(private readonly options: KafkaOptions) {
    const { brokers, topicPrefix: prefix, security } = options;
    const address = { brokers, clientId: `certify-${randomUUID()}`, prefix };
    this.client = new KafkaClient({ ...address, ...(security && { security }) }, () => {});
  }

  readonly create: DriverFactory = (context) =>
    new KafkaDriver(context, async () => (this.producer ??= await this.client.producer()));

  /** Reads what is in the topic and what comes, until it is closed. */
  async open(provider: Provider, watched: Watched): Promise<void> {
    this.reader = await this.client.consumer({
      group: this.options.groupPrefix + reportsGroupOf(provider),
      topics: [reportsTopicOf(provider.id)],
      sessionTimeout: SESSION_TIMEOUT_MS,
      concurrency: 1,
      onBatch: async ({ records, done }) => {
        for (const record of records) {
          take(record, provider, watched);
          done(record);
        }
      },
      onDeath: ({ message }) => watched.exchanges.push(exchangeOf('', 0, message)),
    });
  }

  async close(): Promise<void> {
    await this.reader?.close();
    await this.producer?.close();
  }
}

function take(record: RawMessage, { id, utility }: Provider, { exchanges, take: report }: Watched): void {
  const body = masked(String(record.body));
  try {
    const { event } = decodeReport(record, id, utility);
    report([event as ProviderReport]);
    exchanges.push(exchangeOf(body, 202, ''));
  } catch (error) {
    exchanges.push(exchangeOf(body, 422, (error as Error).message));
  }
}

const exchangeOf = (body: string, status: number, answer: string): Exchange => ({
  ...{ by: 'provider', method: 'RECORD', path: 'reports', body, status, answer },
});
