import { setTimeout as pause } from 'node:timers/promises';
import { jobsTopicOf, kafkaNameOf, reportsTopicOf } from '@lianban/contracts';
import kafkajs, { type Consumer, type Producer } from 'kafkajs';
import type { DialectContext } from '../operations/accept-operation.js';
import { readOperation } from '../operations/operation.js';
import { takeOperation } from '../operations/take-operation.js';
import { malformed, type SendReport } from '../reports/send-report.js';

const { Kafka, logLevel } = kafkajs;
const RETRY_MS = 500;
/** What a provider does not take now, it reads again. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 1_000, retries: 1_000_000 };

interface Settings {
  brokers: string;
  topicPrefix: string;
  groupPrefix: string;
}

/** The providers that speak `kafka`, with a Kafka client of their own: read their operations, and do with them as the others do. */
export class BackOffices {
  private readonly kafka: InstanceType<typeof Kafka>;
  private readonly closing = new AbortController();
  private producer?: Promise<Producer>;
  private consumers: Promise<Consumer | undefined>[] = [];

  constructor(private readonly settings: Settings) {
    this.kafka = new Kafka({
      clientId: 'provider-simulator',
      brokers: settings.brokers.split(','),
      logLevel: logLevel.NOTHING,
    });
  }

  open(providers: readonly string[], context: DialectContext): void {
    this.consumers = providers.map((provider) => this.read(provider, context));
  }

  send: SendReport = async ({ provider, requestId }, { id, report }, isMalformed) => {
    const headers = {
      ce_specversion: '1.0',
      ce_id: id,
      ce_type: 'cn.lianban.report.v1',
      ce_source: `/${provider}`,
      ce_subject: requestId,
      ce_time: report.at,
      'content-type': 'application/json',
    };
    const value = JSON.stringify(isMalformed ? malformed(report) : report);
    try {
      const producer = await this.connect();
      await producer.send({
        topic: this.settings.topicPrefix + reportsTopicOf(provider),
        messages: [{ key: requestId, value, headers }],
      });
      return 'received';
    } catch {
      return 'not-received';
    }
  };

  async close(): Promise<void> {
    this.closing.abort();
    const consumers = await Promise.all(this.consumers);
    await Promise.all(consumers.map((consumer) => consumer?.disconnect()));
    await this.producer?.then((producer) => producer.disconnect()).catch(() => {});
  }

  /** Until its topic is there, it looks for it. */
  private async read(provider: string, context: DialectContext): Promise<Consumer | undefined> {
    const { topicPrefix, groupPrefix } = this.settings;
    const { signal } = this.closing;
    while (!signal.aborted) {
      const consumer = this.kafka.consumer({
        groupId: groupPrefix + kafkaNameOf(provider),
        retry: RETRY,
        allowAutoTopicCreation: false,
        sessionTimeout: 10_000,
        maxWaitTimeInMs: 500,
      });
      try {
        await consumer.connect();
        await consumer.subscribe({ topic: topicPrefix + jobsTopicOf(provider), fromBeginning: true });
        await consumer.run({
          eachMessage: ({ message }) => takeRecord(context, provider, String(message.value)),
        });
        return consumer;
      } catch {
        await consumer.disconnect().catch(() => {});
        await pause(RETRY_MS, undefined, { ref: false, signal }).catch(() => {});
      }
    }
    return undefined;
  }

  private connect(): Promise<Producer> {
    this.producer ??= this.openProducer().catch((error: unknown) => {
      this.producer = undefined;
      throw error;
    });
    return this.producer;
  }

  private async openProducer(): Promise<Producer> {
    const producer = this.kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    return producer;
  }
}

async function takeRecord(context: DialectContext, provider: string, text: string): Promise<void> {
  const { faults } = context;
  if (faults.of(provider).down) throw new Error('down');
  const operation = readOperation(text);
  if (!operation) throw new Error('an operation cannot be read');
  const { takeAfterMs } = faults.of(provider);
  if (takeAfterMs > 0) await pause(takeAfterMs, undefined, { ref: false });
  takeOperation(context, operation, text);
  if (faults.losesAnswer(provider)) throw new Error('it crashes before it has kept how far it came');
}
