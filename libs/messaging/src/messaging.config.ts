import { IsIn, IsInt, IsOptional, IsString, Max, Min, ValidateIf } from 'class-validator';
import { Secret } from '@lianban/service-kit';

/** Token of the service's name: its outbox's `source`, its consumer group, its schema with `-` for `_`. */
export const SERVICE = Symbol('service');

export class MessagingConfig {
  /** `embedded`: all services in one process, in memory. `kafka`: Apache Kafka. */
  @IsIn(['embedded', 'kafka']) transport: 'embedded' | 'kafka' = 'embedded';
  /** `host:port,host:port`; required with `TRANSPORT=kafka`, and by an adapter with a provider that speaks `kafka`. */
  @ValidateIf(({ transport }: MessagingConfig) => transport === 'kafka')
  @IsString()
  kafkaBrokers?: string;
  /** How connections to Kafka are secured: `plaintext`, `tls`, `mtls` (TLS with a certificate of our own) or `scram` (SCRAM-SHA-512 over TLS). */
  @IsIn(['plaintext', 'tls', 'mtls', 'scram']) kafkaSecurity: 'plaintext' | 'tls' | 'mtls' | 'scram' =
    'plaintext';
  /** The authorities that are trusted: a PEM file, or a folder whose `*.crt` and `*.pem` are all trusted; by default those of Node. */
  @IsOptional() @IsString() kafkaCaFile?: string;
  /** Our certificate, for `mtls`. */
  @IsOptional() @IsString() kafkaCertFile?: string;
  /** The key of our certificate, for `mtls`. */
  @IsOptional() @IsString() kafkaKeyFile?: string;
  /** The user, for `scram`. */
  @IsOptional() @IsString() kafkaUsername?: string;
  /** The user's password, for `scram`. */
  @Secret() @IsOptional() @IsString() kafkaPassword?: string;
  /** What the name of every topic begins with. */
  @IsString() topicPrefix: string = 'lianban.';
  /** What the name of every consumer group begins with, where installations share a Kafka. */
  @IsString() groupPrefix: string = '';
  /** Most records handled in one transaction. */
  @IsInt() @Min(1) batchSize: number = 250;
  /** Most records in memory that wait to be sent, or for one consumer group; what is over stays in the outbox. */
  @IsInt() @Min(1) queueMaxRecords: number = 4_000;
  /** Most bytes of records in memory that wait to be sent, or for one consumer group. */
  @IsInt() @Min(1) queueMaxBytes: number = 32 * 1024 * 1024;
  /** How often the outbox is searched for rows that no process has in memory. */
  @IsInt() @Min(10) outboxSweepMs: number = 2_000;
  /** Kafka: age at which a row is sent whoever wrote it. */
  @IsInt() @Min(10) outboxStaleMs: number = 60_000;
  /** How often parked messages that are due are tried again. */
  @IsInt() @Min(10) parkedRetryMs: number = 30_000;
  /** The hour in Asia/Shanghai, 0 to 23, in which what changed in the last two days is published again. */
  @IsInt() @Min(0) @Max(23) republishHour: number = 2;
  /** Age of the oldest row in the outbox at which intake refuses more. */
  @IsInt() @Min(1) backlogLimitSeconds: number = 6 * 3_600;
  /** Kafka evicts a silent member of a group after this, milliseconds. */
  @IsInt() @Min(6000) kafkaSessionTimeoutMs: number = 10_000;
}
