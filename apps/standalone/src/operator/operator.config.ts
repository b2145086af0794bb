import { MessagingConfig } from '@lianban/messaging';
import { DatabaseConfig, type ConfigClass } from '@lianban/service-kit';
import { IsInt, IsNotEmpty, IsString, Min } from 'class-validator';

export class PrepareConfig {
  /** A folder with the password of each service's role in a file of the service's name, and that of `lianban_owner` in `owner`. */
  @IsString() @IsNotEmpty() rolePasswordsDir!: string;
}

export class TopicsConfig {
  /** Replicas of each topic that is created. */
  @IsInt() @Min(1) topicReplication: number = 3;
}

/** What the programs for operators read from their environment. */
export const PROGRAMS: ReadonlyMap<string, readonly ConfigClass[]> = new Map<string, readonly ConfigClass[]>([
  ['prepare', [DatabaseConfig, PrepareConfig]],
  ['migrate', [DatabaseConfig]],
  ['topics', [MessagingConfig, TopicsConfig]],
]);
