import { MessagingConfig } from '@lianban/messaging';
import { DatabaseConfig, Secret, type ConfigClass } from '@lianban/service-kit';
import { IsInt, IsNotEmpty, IsOptional, IsString, Min } from 'class-validator';

export class PrepareConfig {
  /** A folder with the password of each service's role in a file of the service's name, and that of `lianban_owner` in `owner`. */
  @IsString() @IsNotEmpty() rolePasswordsDir!: string;
}

export class TopicsConfig {
  /** Replicas of each topic that is created. */
  @IsInt() @Min(1) topicReplication: number = 3;
  /** Another catalogue than the one shipped, for the providers of the dialect `kafka`. */
  @IsOptional() @IsString() catalogueFolder?: string;
}

export class WhereConfig {
  /** Where the services are; `{service}` stands for the name of each, where they have no address in common. */
  @IsString() @IsNotEmpty() servicesUrl: string = 'http://{service}:3000';
  /** An operator's token. */
  @Secret() @IsString() @IsNotEmpty() operatorToken!: string;
  /** Another catalogue than the one shipped, for the names of providers. */
  @IsOptional() @IsString() catalogueFolder?: string;
}

/** What the programs for operators read from their environment. */
export const PROGRAMS: ReadonlyMap<string, readonly ConfigClass[]> = new Map<string, readonly ConfigClass[]>([
  ['prepare', [DatabaseConfig, PrepareConfig]],
  ['migrate', [DatabaseConfig]],
  ['topics', [MessagingConfig, TopicsConfig]],
  ['where', [WhereConfig]],
]);
