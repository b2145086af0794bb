import { IsIn, IsInt, IsString, Min, ValidateIf } from 'class-validator';

/** Token of the service's name: its outbox's `source`, its consumer group, its schema with `-` for `_`. */
export const SERVICE = Symbol('service');

export class MessagingConfig {
  /** `postgres`: readers read the outboxes in place, for one machine. `kafka`: Apache Kafka. */
  @IsIn(['postgres', 'kafka']) transport: 'postgres' | 'kafka' = 'postgres';
  /** `host:port,host:port` */
  @ValidateIf(({ transport }: MessagingConfig) => transport === 'kafka')
  @IsString()
  kafkaBrokers?: string;
  /** What the name of every topic begins with. */
  @IsString() topicPrefix: string = 'lianban.';
  /** What the name of every consumer group begins with, where installations share a Kafka. */
  @IsString() groupPrefix: string = '';
  /** Records handled in one transaction. */
  @IsInt() @Min(1) chunkSize: number = 250;
  /** How often a reader looks when nobody pokes it, milliseconds; less where services are several processes on `postgres`. */
  @IsInt() @Min(10) pollInterval: number = 2_000;
  /** Age of the oldest unread event, seconds, at which intake refuses more. */
  @IsInt() @Min(1) backlogLimit: number = 6 * 3_600;
  /** Kafka evicts a silent member of a group after this, milliseconds. */
  @IsInt() @Min(6000) kafkaSessionTimeout: number = 10_000;
}
