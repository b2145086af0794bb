import { IsInt, Min } from 'class-validator';
import { QueryCodeLimits } from '@lianban/query-codes';

export class TrackingConfig extends QueryCodeLimits {
  /** Live streams that one process holds open. */
  @IsInt() @Min(1) maxSseConnections: number = 2000;
  /** How long a stream lasts; its reader subscribes again then. */
  @IsInt() @Min(1) sseLifetimeSeconds: number = 3_600;
  /** How often the subscribed requests are compared with what was sent. */
  @IsInt() @Min(10) ssePollMs: number = 1000;
  /** How often a silent stream is kept alive. */
  @IsInt() @Min(10) sseHeartbeatMs: number = 15_000;
  /** How often a running rebuild is checked. */
  @IsInt() @Min(10) rebuildCheckMs: number = 2000;
}
