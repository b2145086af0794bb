import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';

/** Where a service listens and what it logs. */
export class HttpConfig {
  @IsString()
  host: string = '127.0.0.1';

  @IsInt()
  @Min(0)
  @Max(65535)
  port: number = 3000;

  /** Where health and metrics are served, and then only there; without it on `port`. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(65535)
  operationsPort?: number;

  /** From a signal to end until nothing new is taken, milliseconds: load balancers need it to learn of the end. */
  @IsInt()
  @Min(0)
  drainDelayMs: number = 0;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  logLevel: string = 'info';

  /** Whether `/metrics` includes the process; one service per process is enough. */
  @IsBoolean()
  processMetrics: boolean = true;
}
