import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import {
  Kafka,
  logLevel,
  type Admin,
  type Batch,
  type ConfigResourceTypes,
  type Consumer,
  type IHeaders,
  type KafkaConfig,
  type KafkaJSProtocolError,
  type LogEntry,
} from 'kafkajs';
import BrokerPool from 'kafkajs/src/cluster/brokerPool.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { TOPICS, type Topic } from '@lianban/contracts';
import { headersOf, MAX_BODY, type OutgoingMessage, type RawMessage } from '../message.js';
import { tlsOptions, type KafkaSecurity } from './kafka-security.js';
import { OffsetCommitter } from './offset-committer.js';
import { partitionOf } from './partition.js';
import { SilenceWatch } from './silence-watch.js';

const LOOK_FOR_LATE = 1_000;

// kafkajs 2.2.4 re-arms a 1 ms timer for ever on every idle connection (tulios/kafkajs#1556, #1704); nothing needs it
// while nothing is pending and no throttle is in force.
const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;
RequestQueue.prototype.scheduleCheckPendingRequests = function (
  this: InstanceType<typeof RequestQueue>,
): void {
  if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
};

// kafkajs looks ten times a second at every connection whether one of its requests has been waiting for half a minute.
RequestQueue.prototype.scheduleRequestTimeoutCheck = function (
  this: InstanceType<typeof RequestQueue>,
): void {
  this.destroy();
  this.requestTimeoutIntervalId = setInterval(() => {
    for (const request of this.inflight.values())
      if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest();
    if (!this.isConnected()) this.destroy();
  }, LOOK_FOR_LATE);
};

// kafkajs forgets a broker whose connection closes, and gives a consumer up at once that knows none: the last one is kept.
const forget = BrokerPool.prototype.removeBroker;
BrokerPool.prototype.removeBroker = function (
  this: InstanceType<typeof BrokerPool>,
  address: { host: string; port: number },
): void {
  if (this.getNodeIds().length > 1) forget.call(this, address);
  else this.metadataExpireAt = null;
};

const RETRY = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 };
/** Half a minute. A consumer that gives up begins anew as a stranger, and its group waits until the session of who it was is over. */
const PATIENT = { ...RETRY, retries: 20 };
/** A consumer that has neither asked for records nor begun anew for so long is dead, whatever it says (nestjs/nest#9484). */
const SILENCE = 60_000;
/** A consumer that neither fetched nor sent a heartbeat for so long gets no records now. */
const QUIET_MS = 5_000;
/** Members hear of a rebalance by their heartbeats, which go out between two long polls: both together are how late they hear. */
const HEARTBEAT = 1_000;
const LONG_POLL = 1_000;
/** Node finds no name for it in kafkajs. */
const TOPIC_RESOURCE = 2 as ConfigResourceTypes;
const KEEP_ALIVE_MS = 60_000;
const DAY = 86_400_000;
const CREATE_TIMEOUT_MS = 30_000;
/** What one send may bring to one partition; records in it are at most a quarter of that. */
const MAX_SEND_BYTES = 4 * MAX_BODY;

export interface KafkaAddress {
  /** `host:port,host:port` */
  brokers: string;
  clientId: string;
  /** What every topic's name begins with. */
  prefix: string;
  /** Plaintext unless given. */
  security?: KafkaSecurity;
}

export type Log = (message: string) => void;

export interface ConsumerOptions {
  group: string;
  topics: readonly string[];
  sessionTimeout: number;
  /** Partitions of one process handled at the same time. */
  concurrency: number;
  onBatch(batch: ReceivedBatch): Promise<void>;
  /** The consumer has given up for good: the process must not go on looking well. */
  onDeath(error: Error): void;
}

export interface ReceivedBatch {
  records: RawMessage[];
  /** Still ours to handle? */
  isOurs(): boolean;
  /** Everything up to this record is done. Offsets are committed lazily: versions make a repeat harmless. */
  done(record: RawMessage): void;
  /** Throws when the group rebalances; the batch must then be left at once. */
  heartbeat(): Promise<void>;
}

export interface Closable {
  close(): Promise<void>;
}

/** A member of a consumer group. */
export interface Member extends Closable {
  /** Why it gets no records now, or undefined. */
  failure(): string | undefined;
  /** When it last fetched records or sent a heartbeat. */
  lastSignAt(): number;
}

export interface Producer extends Closable {
  send(records: readonly OutgoingMessage[]): Promise<void>;
}

/** What a broker says of a record that it will never take. */
const FAULTS_OF_RECORD = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'CORRUPT_MESSAGE',
]);

/** Whether a send failed for what is in it, and not because the broker is away. */
export function isFaultOfRecord(error: unknown): boolean {
  const { type, cause } = error as { type?: string; cause?: unknown };
  if (type !== undefined && FAULTS_OF_RECORD.has(type)) return true;
  return typeof cause === 'object' && cause !== null && isFaultOfRecord(cause);
}

/** Whether Kafka does not have the topic: an operator creates it. */
export function isMissingTopic(error: unknown): boolean {
  const { type, cause } = error as { type?: string; cause?: unknown };
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return true;
  return typeof cause === 'object' && cause !== null && isMissingTopic(cause);
}

const REFUSALS = /AUTHORIZATION_FAILED$/;

/** Whether Kafka refused who we are or what we may do, which an operator can change while we wait. */
export function isRefusal(error: unknown): boolean {
  const { name, type, cause } = error as { name?: string; type?: string; cause?: unknown };
  if (name === 'KafkaJSSASLAuthenticationError' || REFUSALS.test(type ?? '')) return true;
  return typeof cause === 'object' && cause !== null && isRefusal(cause);
}

/** How far topics go and groups have come. */
export interface Offsets {
  /** Where each partition of a topic ends now. */
  ends(topic: string): Promise<{ partition: number; offset: number }[]>;
  /** What a group reads next of these topics; partitions that it has not begun are left out. */
  committed(group: string, topics: string[]): Promise<{ topic: string; partition: number; offset: number }[]>;
}

/** The one file that knows kafkajs: its connections, and its known faults with their remedies. */
export class KafkaClient {
  private readonly kafka: Kafka;
  private readonly patient: Kafka;
  private readonly prefix: string;

  /** kafkajs calls every retry an error: who needs what it could not do says so. Its own lines are for debugging. */
  constructor({ brokers, clientId, prefix, security }: KafkaAddress, log: Log) {
    this.prefix = prefix;
    const common = {
      brokers: brokers.split(','),
      clientId,
      logLevel: logLevel.WARN,
      logCreator: () => (entry: LogEntry) => log(messageOf(entry)),
      ...(security && security.kafkaSecurity !== 'plaintext' && secured(security)),
    };
    this.kafka = new Kafka({ ...common, retry: RETRY });
    this.patient = new Kafka({ ...common, retry: PATIENT });
  }

  /**
   * Never idempotent: kafkajs loses batches silently then (tulios/kafkajs#1005). One send in flight, every record with its key.
   * `retries`: of one send.
   */
  async producer({ retries = RETRY.retries } = {}): Promise<Producer> {
    const producer = this.kafka.producer({
      retry: { ...RETRY, retries },
      createPartitioner:
        () =>
        ({ partitionMetadata, message }) =>
          partitionOf(String(message.key), partitionMetadata.length),
      allowAutoTopicCreation: false,
      idempotent: false,
    });
    await producer.connect();
    return {
      send: async (records) => {
        await producer.sendBatch({ acks: -1, topicMessages: byTopic(records, this.prefix) });
      },
      close: () => producer.disconnect(),
    };
  }

  /** Throws where the group cannot be joined: a broker that has just started has no coordinator for a while. */
  async consumer(options: ConsumerOptions): Promise<Member> {
    const consumer = this.patient.consumer({
      groupId: options.group,
      sessionTimeout: options.sessionTimeout,
      rebalanceTimeout: 30_000,
      heartbeatInterval: HEARTBEAT,
      maxWaitTimeInMs: LONG_POLL,
      maxBytesPerPartition: 256 * 1024,
      allowAutoTopicCreation: false,
      retry: PATIENT,
    });
    const watch = new SilenceWatch({
      patience: SILENCE,
      answers: () => this.answers(),
      onDeath: options.onDeath,
    });
    let lastSign = 0;
    let isMember = false;
    consumer.on(consumer.events.FETCH, () => {
      watch.heard();
      lastSign = Date.now();
    });
    consumer.on(consumer.events.HEARTBEAT, () => (lastSign = Date.now()));
    consumer.on(consumer.events.GROUP_JOIN, () => (isMember = true));
    consumer.on(consumer.events.REBALANCING, () => (isMember = false));
    let hasBegun = false;
    let failure: Error | undefined;
    consumer.on(consumer.events.CRASH, ({ payload: { restart, error } }) => {
      watch.heard();
      isMember = false;
      if (restart) return;
      if (hasBegun) options.onDeath(error);
      else failure = error;
    });
    const commits = new OffsetCommitter();
    const close = async (): Promise<void> => {
      watch.close();
      await commits.close();
      await consumer.disconnect();
    };
    try {
      await this.begin(consumer, commits, options);
      if (failure) throw failure;
    } catch (error) {
      await close();
      throw error;
    }
    hasBegun = true;
    const whyIdle = (): string | undefined => {
      if (!isMember) return 'the consumer is not a member of its group';
      const silence = Date.now() - lastSign;
      return silence > QUIET_MS ? `the consumer has heard nothing for ${silence} ms` : undefined;
    };
    return { close, failure: whyIdle, lastSignAt: () => lastSign };
  }

  private async begin(consumer: Consumer, commits: OffsetCommitter, options: ConsumerOptions): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({
      topics: options.topics.map((topic) => this.prefix + topic),
      fromBeginning: true,
    });
    await consumer.run({
      // kafkajs would commit after each batch of each partition, and wait for it.
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: options.concurrency,
      eachBatch: ({ batch, isRunning, isStale, ...group }) =>
        options.onBatch({
          records: receivedOf(batch, this.prefix),
          isOurs: () => isRunning() && !isStale(),
          done: (record) => {
            group.resolveOffset(record.sourcePosition.slice(record.sourcePosition.lastIndexOf('/') + 1));
            commits.schedule(() => group.commitOffsetsIfNecessary(group.uncommittedOffsets()));
          },
          heartbeat: () => group.heartbeat(),
        }),
    });
  }

  /** A look at offsets, without joining any group. */
  async offsets(): Promise<Closable & Offsets> {
    const admin = this.kafka.admin();
    await admin.connect();
    return {
      ends: async (topic) =>
        (await admin.fetchTopicOffsets(this.prefix + topic)).map(({ partition, high }) => ({
          partition,
          offset: Number(high),
        })),
      committed: async (groupId, names) => {
        const topics = names.map((name) => this.prefix + name);
        const found = await admin.fetchOffsets({ groupId, topics });
        return found
          .flatMap(({ topic, partitions }) =>
            partitions.map(({ partition, offset }) => ({
              topic: topic.slice(this.prefix.length),
              partition,
              offset: Number(offset),
            })),
          )
          .filter(({ offset }) => offset >= 0);
      },
      close: () => admin.disconnect(),
    };
  }

  /** What is different in the topics that are there, one sentence each. */
  async topicDifferences(expected: readonly Topic[] = TOPICS): Promise<string[]> {
    return this.asAdmin((admin) => differencesIn(admin, this.prefix, expected));
  }

  /** Makes the topics that are missing: an explicit step of the operator, never of a service. */
  async createTopics(replicas: number, wanted: readonly Topic[] = TOPICS): Promise<string[]> {
    return this.asAdmin(async (admin) => {
      const existing = new Set(await admin.listTopics());
      const missing = wanted.filter(({ name }) => !existing.has(this.prefix + name));
      await admin.createTopics({
        waitForLeaders: false,
        topics: missing.map(({ name, partitions, retentionDays, compression }) => ({
          topic: this.prefix + name,
          numPartitions: partitions,
          replicationFactor: replicas,
          configEntries: [
            { name: 'retention.ms', value: String(retentionDays * DAY) },
            { name: 'segment.ms', value: String(DAY) },
            { name: 'max.message.bytes', value: String(MAX_SEND_BYTES) },
            { name: 'min.insync.replicas', value: String(Math.max(1, replicas - 1)) },
            ...(compression ? [{ name: 'compression.type', value: compression }] : []),
          ],
        })),
      });
      const created = missing.map(({ name }) => this.prefix + name);
      await Promise.all(created.map((topic) => untilServed(admin, topic)));
      return created;
    });
  }

  /** Whether Kafka answers anybody. */
  private async answers(): Promise<boolean> {
    await this.asAdmin((admin) => admin.describeCluster());
    return true;
  }

  private async asAdmin<T>(act: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return await act(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** What is different in the topics that are there, one sentence each. */
async function differencesIn(admin: Admin, prefix: string, expected: readonly Topic[]): Promise<string[]> {
  const existing = new Set(await admin.listTopics());
  const present = expected.filter(({ name }) => existing.has(prefix + name));
  const topics = present.map(({ name }) => prefix + name);
  const { topics: metadata } = await admin.fetchTopicMetadata({ topics });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({
      type: TOPIC_RESOURCE,
      name,
      configNames: ['retention.ms', 'compression.type'],
    })),
  });
  return present.flatMap(({ name, partitions, retentionDays, compression }) => {
    const topic = prefix + name;
    const found = metadata.find((each) => each.name === topic)!.partitions.length;
    const entries = resources.find(({ resourceName }) => resourceName === topic)!.configEntries;
    const valueOf = (config: string) => entries.find(({ configName }) => configName === config)?.configValue;
    const retention = Number(valueOf('retention.ms'));
    return [
      ...(found === partitions ? [] : [`${topic} has ${found} partitions and not ${partitions}`]),
      ...(retention === retentionDays * DAY
        ? []
        : [`${topic} keeps records ${retention / DAY} days and not ${retentionDays}`]),
      ...(compression === undefined || valueOf('compression.type') === compression
        ? []
        : [`${topic} has the compression.type ${valueOf('compression.type')} and not ${compression}`]),
    ];
  });
}

/** A broker answers that it created a topic before it serves it; kafkajs waits for leaders, but fails where the topic is unknown yet. */
async function untilServed(admin: Admin, topic: string): Promise<void> {
  for (const end = Date.now() + CREATE_TIMEOUT_MS; ; await pause(50)) {
    try {
      return void (await admin.fetchTopicOffsets(topic));
    } catch (error) {
      if (!(error as KafkaJSProtocolError).retriable || Date.now() > end) throw error;
    }
  }
}

function byTopic(records: readonly OutgoingMessage[], prefix: string) {
  const topics = new Map<
    string,
    { key: string; value: string; headers: Record<string, string>; timestamp: string }[]
  >();
  for (const record of records) {
    const messages = topics.get(record.topic) ?? [];
    topics.set(record.topic, messages);
    messages.push({
      key: record.key,
      value: record.body,
      headers: headersOf(record),
      timestamp: String(record.time.getTime()),
    });
  }
  return [...topics].map(([topic, messages]) => ({ topic: prefix + topic, messages }));
}

function receivedOf({ topic, partition, messages }: Batch, prefix: string): RawMessage[] {
  return messages.map(({ key, value, headers, offset }) => ({
    topic: topic.slice(prefix.length),
    sourcePosition: `${topic}/${partition}/${offset}`,
    headers: plain(headers ?? {}),
    key: key?.toString() ?? null,
    body: value,
  }));
}

const plain = (headers: IHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** kafkajs asks both anew for each connection. */
function secured(security: KafkaSecurity): Pick<KafkaConfig, 'ssl' | 'sasl' | 'socketFactory'> {
  return {
    ssl: true,
    socketFactory: ({ host, port, onConnect }) =>
      connect(
        { host, port, ...(!isIP(host) && { servername: host }), ...tlsOptions(security) },
        onConnect,
      ).setKeepAlive(true, KEEP_ALIVE_MS),
    ...(security.kafkaSecurity === 'scram' && {
      sasl: {
        mechanism: 'scram-sha-512',
        username: security.kafkaUsername!,
        get password() {
          return security.kafkaPassword!;
        },
      },
    }),
  };
}

function messageOf({ namespace, log }: LogEntry): string {
  const detail = [log.error, log.broker, log.groupId].filter(Boolean).join(' ');
  return `${namespace}: ${log.message}${detail && ` (${detail})`}`;
}
