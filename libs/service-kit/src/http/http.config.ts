import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';

/** Where a service listens and what it logs. */
export class HttpConfig {
  /** The address that it listens on. */
  @IsString()
  host: string = '127.0.0.1';

  /** The port that it listens on. */
  @IsInt()
  @Min(0)
  @Max(65535)
  port: number = 3000;

  /** A port for `/health` and `/metrics` alone, which `PORT` then no longer serves. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(65535)
  operationsPort?: number;

  /** How long a process that was told to stop goes on taking requests, so that it is first taken out of the balance. */
  @IsInt()
  @Min(0)
  drainDelayMs: number = 0;

  /** The least level that is logged: `fatal`, `error`, `warn`, `info`, `debug` or `trace`. */
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  logLevel: string = 'info';

  /** The version that metrics name. */
  @IsString()
  buildVersion: string = 'unknown';

  /** Whether `/metrics` includes the process; one service per process is enough. */
  @IsBoolean()
  processMetrics: boolean = true;
}
