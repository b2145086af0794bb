import { IsArray, IsBoolean, IsInt, Max, Min, ValidateBy } from 'class-validator';
import { isNetwork } from './rate-limit/client-address.js';

const IsNetwork = () =>
  ValidateBy(
    {
      name: 'isNetwork',
      validator: {
        validate: (text) => isNetwork(String(text)),
        defaultMessage: () => 'must be addresses or networks',
      },
    },
    { each: true },
  );

export class TrackingConfig {
  /** Wrong query codes for a receipt, from one address, after which the next attempt waits. */
  @IsInt() @Min(1) @Max(1000) queryCodeMaxFailures: number = 10;
  /** Wrong query codes for any receipts, after which an address has but two free for each and waits longer. */
  @IsInt() @Min(1) queryCodeMaxFailuresPerAddress: number = 100;
  /** The longest wait for a receipt; four times as long from an address that guesses at many. */
  @IsInt() @Min(1) @Max(60) queryCodeMaxWaitSeconds: number = 16;
  /** Wrong query codes are forgotten when none came for so long. */
  @IsInt() @Min(1) queryCodeWindowSeconds: number = 900;
  /** Addresses and networks of halls, where many people make mistakes: there only failures at one receipt count. */
  @IsArray() @IsNetwork() queryCodeExemptAddresses: string[] = [];
  /** Is there a proxy of ours in front? Then the last address that `X-Forwarded-For` names is the client's. */
  @IsBoolean() trustProxy: boolean = false;
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
