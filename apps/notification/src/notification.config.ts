import { IsInt, IsUrl, Min, ValidateBy } from 'class-validator';
import { isHours } from './delivery/texting-hours.js';

const IsHours = () =>
  ValidateBy({
    name: 'isHours',
    validator: { validate: isHours, defaultMessage: () => 'must be hours of the day, as 8-21' },
  });

/** How texts are sent. */
export class NotificationConfig {
  /** Where a text is posted to. */
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] }) smsGatewayUrl!: string;
  /** Tries of one notice before it counts as failed; with the default waits about four hours. */
  @IsInt() @Min(1) smsMaxTries: number = 56;
  /** The first wait after a failed try; it doubles up to five minutes. */
  @IsInt() @Min(10) smsFirstWaitMs: number = 1_000;
  /** How long a try may take. */
  @IsInt() @Min(50) smsTimeoutMs: number = 10_000;
  /** Texts on their way at once, per instance. */
  @IsInt() @Min(1) smsConcurrency: number = 8;
  /** The text of an acceptance waits so long for those of the request's other parts. */
  @IsInt() @Min(0) smsBatchWindowMs: number = 60_000;
  /** Hours of the day in Shanghai in which texts leave; what is due at night waits. */
  @IsHours() smsHours: string = '8-21';
  /** Notices of one request and day that may come again and again: corrections have all of these, other calls to act half. */
  @IsInt() @Min(2) smsMaxPerDay: number = 20;
  /** How often due notices are looked for. */
  @IsInt() @Min(10) smsPollMs: number = 1_000;
}
