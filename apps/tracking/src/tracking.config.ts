import { IsBoolean, IsInt, Max, Min } from 'class-validator';

export class TrackingConfig {
  /** Wrong query codes after which a receipt, or an address, is asked to wait. */
  @IsInt() @Min(1) @Max(1000) wrongGuesses: number = 10;
  /** How long a wrong query code is remembered, seconds. */
  @IsInt() @Min(1) guessWindow: number = 900;
  /** Does a proxy of ours stand before the door? Then the last address that `X-Forwarded-For` names is the client's. */
  @IsBoolean() trustProxy: boolean = false;
  /** Live streams that one process holds open. */
  @IsInt() @Min(1) streams: number = 2000;
  /** How often the watched requests are compared with what was sent, milliseconds. */
  @IsInt() @Min(10) watchInterval: number = 1000;
  /** How often a silent stream is kept alive, milliseconds. */
  @IsInt() @Min(10) heartbeat: number = 15_000;
  /** How often a running rebuild is looked at, milliseconds. */
  @IsInt() @Min(10) rebuildInterval: number = 2000;
}
