import kafkajs from 'kafkajs';

export interface RawRecord {
  key?: string | null;
  value: string | Buffer | null;
  headers?: Record<string, string | Buffer>;
}

/** Writes records as they are, in their order, as anybody's client may. @param topic with its prefix */
export async function writeRecords(
  brokers: string,
  topic: string,
  records: readonly RawRecord[],
): Promise<void> {
  const producer = new kafkajs.Kafka({
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  }).producer({
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  await producer.send({ topic, messages: records.map((record) => ({ key: 'one', ...record })) });
  await producer.disconnect();
}
