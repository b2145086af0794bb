import { IsArray, IsBoolean, IsInt, Max, Min, ValidateBy } from 'class-validator';
import { isNetwork } from './client-address.js';

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

/** How guessing is slowed down, and who counts as one who guesses; part of the configuration of a service that reads query codes. */
export class QueryCodeLimits {
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
}
