import { IsBoolean, IsIn, IsInt, IsString, Max, Min } from 'class-validator';

/** Where a service listens and what it logs. */
export class HttpConfig {
  @IsString()
  host: string = '127.0.0.1';

  @IsInt()
  @Min(0)
  @Max(65535)
  port: number = 3000;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  logLevel: string = 'info';

  /** Whether `/metrics` includes the process; one service per process is enough. */
  @IsBoolean()
  processMetrics: boolean = true;
}
