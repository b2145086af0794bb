import { IsInt, IsUrl, Min, ValidateBy } from 'class-validator';
import { QueryCodeSecrets } from '@lianban/contracts';
import { Secret } from '@lianban/service-kit';
import { isHours } from './delivery/texting-hours.js';

const IsHours = () =>
  ValidateBy({
    name: 'isHours',
    validator: { validate: isHours, defaultMessage: () => 'must be hours of the day, as 8-21' },
  });

/** How texts are sent. */
export class NotificationConfig {
  /** Secrets that query codes are derived from, as intake has them, for the texts to those who lost theirs. */
  @Secret()
  @QueryCodeSecrets()
  queryCodeSecret!: string[];

  /** Where texts are posted. */
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] }) smsGatewayUrl!: string;
  /** Tries before a text counts as failed; about four hours with the default waits. */
  @IsInt() @Min(1) smsMaxTries: number = 56;
  /** The first wait after a failed try; it doubles up to five minutes. */
  @IsInt() @Min(10) smsFirstWaitMs: number = 1_000;
  /** How long a try may take. */
  @IsInt() @Min(50) smsTimeoutMs: number = 10_000;
  /** Texts in flight per instance. */
  @IsInt() @Min(1) smsConcurrency: number = 8;
  /** How long an acceptance waits for those of the request's other parts. */
  @IsInt() @Min(0) smsBatchWindowMs: number = 60_000;
  /** Hours in Shanghai in which texts leave. */
  @IsHours() smsHours: string = '8-21';
  /** Repeatable notices per request and day: corrections may use all of them, others half. */
  @IsInt() @Min(2) smsMaxPerDay: number = 20;
  /** Interval of looking for due texts; twice as long while none are. */
  @IsInt() @Min(10) smsPollMs: number = 1_000;
}
