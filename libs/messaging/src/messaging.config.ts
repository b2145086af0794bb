import { IsIn, IsInt, IsOptional, IsString, Min } from 'class-validator';
import { Type } from 'class-transformer';

/** Token of the service's name: its outbox's `source`, its consumer group, its schema with `-` for `_`. */
export const SERVICE = Symbol('service');

export class MessagingConfig {
  /** `postgres`: readers read the outboxes in place, for one machine. `kafka`: Apache Kafka. */
  @IsIn(['postgres', 'kafka']) transport: 'postgres' | 'kafka' = 'postgres';
  /** `host:port,host:port` */
  @IsOptional() @IsString() kafkaBrokers?: string;
  /** Records handled in one transaction. */
  @Type(() => Number) @IsInt() @Min(1) chunkSize = 100;
  /** How often a reader looks when nobody pokes it, milliseconds. */
  @Type(() => Number) @IsInt() @Min(10) pollInterval = 200;
  /** Age of the oldest unread event, seconds, at which intake refuses more. */
  @Type(() => Number) @IsInt() @Min(1) backlogLimit = 6 * 3_600;
  /** Kafka evicts a silent member of a group after this, milliseconds. */
  @Type(() => Number) @IsInt() @Min(6000) kafkaSessionTimeout = 10_000;
}
