import { Kafka, logLevel, Partitioners, type IHeaders } from 'kafkajs';
import { PARTITIONS } from '@lianban/contracts';

/** A record as it lies in a topic. */
export interface RawRecord {
  key: Buffer | null;
  value: Buffer | null;
  headers: IHeaders;
}

/** Reads and writes records past every rule of our own client: broken ones are what it is for. */
export class RawKafka {
  private readonly kafka: Kafka;

  constructor(brokers: string) {
    this.kafka = new Kafka({ brokers: brokers.split(','), clientId: 'chaos', logLevel: logLevel.NOTHING });
  }

  /** Records from the beginning of each topic, `each` at most; waits until every topic has some. */
  async sample(topics: readonly string[], each: number, group: string): Promise<Map<string, RawRecord[]>> {
    const found = new Map<string, RawRecord[]>(topics.map((topic) => [topic, []]));
    const consumer = this.kafka.consumer({ groupId: group });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    const complete = Promise.withResolvers<void>();
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, message: { key, value, headers } }) => {
        const records = found.get(topic)!;
        if (records.length < each) records.push({ key, value, headers: headers ?? {} });
        if ([...found.values()].every(({ length }) => length >= each)) complete.resolve();
      },
    });
    await complete.promise;
    await consumer.disconnect();
    return found;
  }

  async writer(): Promise<RawWriter> {
    const producer = this.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    return {
      /** Answers each record's place, `<topic>/<partition>/<offset>`, in the order given. */
      async write(topic, records) {
        const messages = records.map((record, index) => ({ ...record, partition: index % PARTITIONS }));
        const told = await producer.send({ topic, acks: -1, messages });
        const bases = new Map(told.map(({ partition, baseOffset }) => [partition, Number(baseOffset)]));
        return messages.map(({ partition }, index) => {
          const offset = bases.get(partition)! + Math.floor(index / PARTITIONS);
          return `${topic}/${partition}/${offset}`;
        });
      },
      close: () => producer.disconnect(),
    };
  }
}

export interface RawWriter {
  write(topic: string, records: readonly RawRecord[]): Promise<string[]>;
  close(): Promise<void>;
}
