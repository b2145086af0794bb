import { jobsTopicOf } from '@lianban/contracts';
import {
  Batcher,
  isFaultOfRecord,
  isMissingTopic,
  isRefusal,
  type OutgoingMessage,
  type Producer,
} from '@lianban/messaging';
import { canonicalJson } from '@lianban/service-kit';
import type { OperationBody } from '../jobs/operation.js';
import {
  ProviderUnavailable,
  ProviderUnknown,
  type Accepted,
  type DriverContext,
  type UtilityDriver,
} from './utility-driver.js';

type Failure = ProviderUnavailable | ProviderUnknown;

interface Sending {
  message: OutgoingMessage;
  state: 'waiting' | 'sent' | 'over';
}

const MAX_BATCH_SIZE = 100;

/**
 * The built-in dialect `kafka`: the provider reads its operations from a topic of its own, as CloudEvents in binary mode, and writes
 * reports to another (`ReadReports`); docs/dialects/kafka.md. An operation is taken when all in-sync replicas have it.
 */
export class KafkaDriver implements UtilityDriver {
  readonly retrySafety = 'idempotency-key';
  readonly isRelayed = true;
  private readonly topic: string;
  /** What is to be sent while a send is under way goes into the next one. */
  private readonly batcher = new Batcher<Sending, Failure | undefined>((batch) => this.sendAll(batch), {
    maxBatchSize: MAX_BATCH_SIZE,
  });

  constructor(
    private readonly context: DriverContext,
    private readonly producer: () => Promise<Producer>,
  ) {
    this.topic = jobsTopicOf(context.provider.id);
  }

  place = (order: OperationBody): Promise<Accepted> => this.tell(order);
  correct = (order: OperationBody): Promise<Accepted> => this.tell(order);
  withdraw = (order: OperationBody): Promise<Accepted> => this.tell(order);

  private async tell(order: OperationBody): Promise<Accepted> {
    const sending: Sending = { message: this.messageOf(order), state: 'waiting' };
    const late = Promise.withResolvers<Failure>();
    const timer = setTimeout(() => late.resolve(this.lateness(sending)), this.context.timeout);
    const failure = await Promise.race([this.batcher.enqueue(sending), late.promise]);
    clearTimeout(timer);
    sending.state = 'over';
    if (failure) throw failure;
    return {};
  }

  private messageOf(order: OperationBody): OutgoingMessage {
    return {
      id: order.operation,
      type: `cn.lianban.operation.${order.kind}.v1`,
      source: `/lianban/${this.context.source}`,
      time: this.context.clock.now(),
      key: order.requestId,
      topic: this.topic,
      // The same to the letter at each try, wherever the order was read from.
      body: canonicalJson(order),
    };
  }

  private lateness({ state }: Sending): Failure {
    const { timeout } = this.context;
    return state === 'waiting'
      ? new ProviderUnavailable(`Kafka could not be reached in ${timeout} ms`)
      : new ProviderUnknown(`Kafka did not answer in ${timeout} ms`);
  }

  private async sendAll(batch: Sending[]): Promise<(Failure | undefined)[]> {
    try {
      const producer = await this.producer();
      const due = batch.filter(({ state }) => state === 'waiting');
      due.forEach((sending) => (sending.state = 'sent'));
      const failures = new Map(await this.send(due, producer));
      return batch.map((sending) => failures.get(sending));
    } catch (error) {
      const failure = new ProviderUnavailable(
        `Kafka cannot be reached: ${(error as Error).message}`,
        !isRefusal(error),
      );
      return batch.map(() => failure);
    }
  }

  /** Where Kafka does not take what is in one of them, each is sent by itself. */
  private async send(batch: Sending[], producer: Producer): Promise<[Sending, Failure | undefined][]> {
    try {
      if (batch.length > 0) await producer.send(batch.map(({ message }) => message));
      return [];
    } catch (error) {
      if (!isFaultOfRecord(error) || batch.length === 1)
        return batch.map((sending) => [sending, this.failureOf(error as Error)]);
      const results: [Sending, Failure | undefined][] = [];
      for (const sending of batch) results.push(...(await this.send([sending], producer)));
      return results;
    }
  }

  private failureOf(error: Error): Failure {
    if (isFaultOfRecord(error))
      return new ProviderUnavailable(`Kafka does not take this operation: ${error.message}`, false);
    if (isMissingTopic(error))
      return new ProviderUnavailable(
        `Kafka has no topic ${this.topic}: the program "topics" creates it`,
        false,
      );
    if (isRefusal(error))
      return new ProviderUnavailable(`Kafka does not let us write ${this.topic}: ${error.message}`, false);
    return new ProviderUnknown(`Kafka did not acknowledge: ${error.message}`);
  }
}
