import { IsIn, IsInt, IsString, Min, ValidateBy, ValidateIf } from 'class-validator';

/** Token of the service's name: its outbox's `source`, its consumer group, its schema with `-` for `_`. */
export const SERVICE = Symbol('service');

export type SecurityKind = 'plaintext' | 'tls' | 'mtls' | 'scram';

/** For a field that belongs to these kinds of security alone, and is required there as long as this says so. */
const BelongsTo = (
  kinds: readonly SecurityKind[],
  isRequired: (config: MessagingConfig) => boolean = () => true,
): PropertyDecorator =>
  ValidateBy({
    name: 'belongsTo',
    validator: {
      validate: (value, args) => {
        const config = args!.object as MessagingConfig;
        if (!kinds.includes(config.kafkaSecurity)) return value === undefined;
        return value !== undefined || !isRequired(config);
      },
      defaultMessage: () => `it belongs to KAFKA_SECURITY=${kinds.join(' or ')}`,
    },
  });

export class MessagingConfig {
  /** `embedded`: all services in one process, in memory. `kafka`: Apache Kafka. */
  @IsIn(['embedded', 'kafka']) transport: 'embedded' | 'kafka' = 'embedded';
  /** `host:port,host:port` */
  @ValidateIf(({ transport }: MessagingConfig) => transport === 'kafka')
  @IsString()
  kafkaBrokers?: string;
  /** `scram` is SCRAM-SHA-512 over TLS. */
  @IsIn(['plaintext', 'tls', 'mtls', 'scram']) kafkaSecurity: SecurityKind = 'plaintext';
  /** A PEM file, or a folder whose `*.crt` and `*.pem` are trusted; without it the CAs of Node.js. */
  @BelongsTo(['tls', 'mtls', 'scram'], () => false) kafkaCaFile?: string;
  @BelongsTo(['mtls']) kafkaCertFile?: string;
  @BelongsTo(['mtls']) kafkaKeyFile?: string;
  @BelongsTo(['scram']) kafkaUsername?: string;
  /** Used where no file is named. */
  @BelongsTo(['scram'], ({ kafkaPasswordFile }) => kafkaPasswordFile === undefined) kafkaPassword?: string;
  /** Read again for each connection. */
  @BelongsTo(['scram'], () => false) kafkaPasswordFile?: string;
  /** What the name of every topic begins with. */
  @IsString() topicPrefix: string = 'lianban.';
  /** What the name of every consumer group begins with, where installations share a Kafka. */
  @IsString() groupPrefix: string = '';
  /** Most records handled in one transaction. */
  @IsInt() @Min(1) batchSize: number = 250;
  /** Most records in memory that wait to be sent, or for one consumer group; what is over stays in the outbox. */
  @IsInt() @Min(1) queueMaxRecords: number = 4_000;
  /** Most bytes of such records. */
  @IsInt() @Min(1) queueMaxBytes: number = 32 * 1024 * 1024;
  /** How often the outbox is searched for rows that no process has in memory. */
  @IsInt() @Min(10) outboxSweepMs: number = 2_000;
  /** Kafka: age at which a row is sent whoever wrote it. */
  @IsInt() @Min(10) outboxStaleMs: number = 60_000;
  /** How often parked messages that are due are tried again. */
  @IsInt() @Min(10) parkedRetryMs: number = 30_000;
  /** Age of the oldest row in the outbox at which intake refuses more. */
  @IsInt() @Min(1) backlogLimitSeconds: number = 6 * 3_600;
  /** Kafka evicts a silent member of a group after this, milliseconds. */
  @IsInt() @Min(6000) kafkaSessionTimeoutMs: number = 10_000;
}
