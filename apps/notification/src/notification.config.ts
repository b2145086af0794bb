import { IsInt, IsUrl, Min, ValidateBy } from 'class-validator';
import { isHours } from './notices/texting-hours.js';

const IsHours = () =>
  ValidateBy({
    name: 'isHours',
    validator: { validate: isHours, defaultMessage: () => 'must be hours of the day, as 8-21' },
  });

/** How texts leave the house. */
export class NotificationConfig {
  /** Where a text is posted to. */
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] }) smsGatewayUrl!: string;
  /** Tries of one notice before it counts as failed; with the default waits about four hours. */
  @IsInt() @Min(1) smsBudget: number = 56;
  /** The first wait after a failed try, milliseconds; it doubles up to five minutes. */
  @IsInt() @Min(10) smsFirstWait: number = 1_000;
  /** A try may take so long, milliseconds. */
  @IsInt() @Min(50) smsTimeout: number = 10_000;
  /** Texts on their way at once, per instance. */
  @IsInt() @Min(1) smsConcurrency: number = 8;
  /** The text of an acceptance waits so long for those of the request's other parts, milliseconds. */
  @IsInt() @Min(0) smsGather: number = 60_000;
  /** Hours of the day in Shanghai in which texts leave; what is due at night waits. */
  @IsHours() smsHours: string = '8-21';
  /** Notices of one request and day that may come again and again: corrections have all of these, other calls to act half. */
  @IsInt() @Min(2) smsPerDay: number = 20;
  /** How often due notices are looked for, milliseconds. */
  @IsInt() @Min(10) smsInterval: number = 1_000;
}
