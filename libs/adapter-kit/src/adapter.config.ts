import { IsInt, IsJSON, IsOptional, IsString, IsUrl, Matches, Max, Min, ValidateIf } from 'class-validator';
import { doublingRetries, type RetryPolicy } from '@lianban/messaging';
import { Secret } from '@lianban/service-kit';

const address = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

/** How an adapter reaches its providers. */
export class AdapterConfig {
  /** What a provider's relative endpoint is under. */
  @IsUrl(address) providersUrl!: string;
  /** Where providers are reached that speak over SFTP, `sftp://host:port`, in place of the addresses in their rows. */
  @IsOptional() @Matches(/^sftp:\/\/[\w.-]+(:\d{1,5})?$/) providersSftpUrl?: string;
  /** The fingerprint of the host key there, `SHA256:…`; required with it. */
  @ValidateIf(({ providersSftpUrl }: AdapterConfig) => providersSftpUrl !== undefined)
  @Matches(/^SHA256:[A-Za-z0-9+/]{43}$/)
  providersSftpHostKey?: string;
  /** This installation as providers reach it: reports are posted to `<publicUrl>/v1/providers/<id>/reports`. */
  @IsUrl(address) publicUrl!: string;
  /** The secrets of the providers by the name of their credential, as a JSON object; a list of two, the newest first, while one is changed. Required unless `PROVIDER_SECRETS_DIR` is set. */
  @Secret()
  @ValidateIf(({ providerSecretsDir }: AdapterConfig) => providerSecretsDir === undefined)
  @IsJSON()
  providerSecrets?: string;
  /** In place of `PROVIDER_SECRETS`: a folder with a file for each credential, of one secret or of two lines, the newest first. */
  @IsOptional() @IsString() providerSecretsDir?: string;
  /** A call may take so long, milliseconds. */
  @IsInt() @Min(100) callTimeoutMs: number = 5_000;
  /** Tries of one operation before it is parked for an operator. */
  @IsInt() @Min(1) deliveryMaxTries: number = 12;
  /** The first wait after a failed call, milliseconds; it doubles up to `DELIVERY_MAX_WAIT_MS`. */
  @IsInt() @Min(10) deliveryFirstWaitMs: number = 1_000;
  /** The longest wait after a failed call, milliseconds. */
  @IsInt() @Min(10) deliveryMaxWaitMs: number = 300_000;
  /** Failures in a row after which a provider counts as away. */
  @IsInt() @Min(1) circuitMaxFailures: number = 5;
  /** How long a provider that is away is left alone between two tries, milliseconds. */
  @IsInt() @Min(10) circuitResetMs: number = 5_000;
  /** So many changes of one job a provider may report in an hour; of more, the newest counts when the hour is over. */
  @IsInt() @Min(1) reportChangesPerHour: number = 20;
  /** How often a provider that never calls is asked for reports, milliseconds. */
  @IsInt() @Min(10) reportPollMs: number = 10_000;
  /** How often the operations of a provider that is told in files are gathered into one, milliseconds. */
  @IsInt() @Min(10) deliveryBatchMs: number = 60_000;
  /** In which hour of the night providers' own lists are compared with ours, Asia/Shanghai. */
  @IsInt() @Min(0) @Max(23) reconcileHour: number = 3;
  /** How long an officer's claim lasts without an act of hers, seconds; three days, so that it outlasts a weekend. */
  @IsInt() @Min(1) claimExpirySeconds: number = 259_200;
  /** How often due operations are looked for when nothing wakes the worker, milliseconds; half as often while none are. */
  @IsInt() @Min(10) deliveryPollMs: number = 1_000;
}

export const retryPolicyOf = ({
  deliveryMaxTries,
  deliveryFirstWaitMs,
  deliveryMaxWaitMs,
}: AdapterConfig): RetryPolicy => doublingRetries(deliveryMaxTries, deliveryFirstWaitMs, deliveryMaxWaitMs);

/** Milliseconds after which whoever took an operation for sending has died: longer than two calls and the note of what came of it. */
export const leaseMs = ({ callTimeoutMs }: AdapterConfig): number => 2 * callTimeoutMs + 5_000;

/** When the call of an operation that is leased from now on must have begun, by `performance.now()`, to be over within the lease. */
export const callDeadline = (config: AdapterConfig): number =>
  performance.now() + leaseMs(config) - config.callTimeoutMs;
