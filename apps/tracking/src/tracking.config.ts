import { IsArray, IsBoolean, IsInt, Max, Min, ValidateBy } from 'class-validator';
import { isNetwork } from './guesses/client-address.js';

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
  /** Wrong query codes for a receipt, from one address, after which the next try waits. */
  @IsInt() @Min(1) @Max(1000) wrongGuesses: number = 10;
  /** Wrong query codes for any receipts, after which an address has but two free for each and waits longer. */
  @IsInt() @Min(1) wrongGuessesOfAddress: number = 100;
  /** The longest wait for a receipt, seconds; four times as long from an address that guesses at many. */
  @IsInt() @Min(1) @Max(60) guessLongestWait: number = 16;
  /** Wrong query codes are forgotten when none came for so long, seconds. */
  @IsInt() @Min(1) guessWindow: number = 900;
  /** Addresses and networks of halls, where many people make mistakes: only what is guessed at one receipt counts there. */
  @IsArray() @IsNetwork() guessExceptedAddresses: string[] = [];
  /** Does a proxy of ours stand before the door? Then the last address that `X-Forwarded-For` names is the client's. */
  @IsBoolean() trustProxy: boolean = false;
  /** Live streams that one process holds open. */
  @IsInt() @Min(1) streams: number = 2000;
  /** How long a stream lasts, seconds; its reader asks again then, and is let in where there is a place. */
  @IsInt() @Min(1) streamSeconds: number = 3_600;
  /** How often the watched requests are compared with what was sent, milliseconds. */
  @IsInt() @Min(10) watchInterval: number = 1000;
  /** How often a silent stream is kept alive, milliseconds. */
  @IsInt() @Min(10) heartbeat: number = 15_000;
  /** How often a running rebuild is looked at, milliseconds. */
  @IsInt() @Min(10) rebuildInterval: number = 2000;
}
