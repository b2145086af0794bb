import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUrl, Max, Min } from 'class-validator';

/** Where the simulator listens, how fast it reports, and where it keeps what it took. */
export class SimulatorConfig {
  @IsString() host: string = '127.0.0.1';
  @IsInt() @Min(0) @Max(65535) port: number = 3900;
  /** Where heating companies listen that speak `heat-sftp`. */
  @IsInt() @Min(0) @Max(65535) sftpPort: number = 3901;
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace']) logLevel: string = 'info';
  /** What the providers' webhook secrets are derived from. */
  @IsString() @IsNotEmpty() simulatorSecret: string = 'lianban-demo';
  /** Folder of the journal; made when it is not there. */
  @IsString() @IsNotEmpty() simulatorData: string = '.data/provider-simulator';
  /** Another catalogue than the one shipped. */
  @IsOptional() @IsString() catalogueFolder?: string;
  /** The installation's public address, where providers of the dialect `feed` pull; without it they do not. */
  @IsOptional() @IsUrl({ require_tld: false }) feedsUrl?: string;
  /** Where the topics of the providers of the dialect `kafka` are, `host:port,host:port`; without it they read none. */
  @IsOptional() @IsString() kafkaBrokers?: string;
  /** What the names of their topics begin with. */
  @IsString() topicPrefix: string = 'lianban.';
  /** What the names of their groups begin with. */
  @IsString() groupPrefix: string = '';
  /** From one report of a placement to the next, where no fault says otherwise. */
  @IsInt() @Min(0) simulatorStageMs: number = 300;
  /** Finished placements kept whole; of older ones only effects and answers are kept. */
  @IsInt() @Min(0) simulatorMaxKept: number = 50_000;
  /** Reports being posted at once. */
  @IsInt() @Min(1) simulatorConnections: number = 64;
}
