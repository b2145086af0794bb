import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  Matches,
  Max,
  Min,
} from 'class-validator';

const FOLDER = /^(\/[\w.-]+)+$/;

/** What heating companies do differently, in the `settings` of a provider's row. */
export class HeatSftpSettings {
  /** Its server, where `PROVIDERS_SFTP_URL` does not name another for all. */
  @IsOptional() @Matches(/^sftp:\/\/[\w.-]+(:\d{1,5})?$/) address?: string;
  /** Fingerprints of the host key of that server; two while it is changed. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(2)
  @Matches(/^SHA256:[A-Za-z0-9+/]{43}$/, { each: true })
  hostKeys?: string[];
  /** Who logs in; the private key is the secret of its credential. */
  @Matches(/^[\w.-]{1,32}$/) user!: string;
  /** Below its endpoint: where our files go, and where its replies lie. */
  @Matches(FOLDER) inFolder: string = '/in';
  @Matches(FOLDER) outFolder: string = '/out';
  /** Operations in one file. */
  @IsInt() @Min(1) @Max(500) batchSize: number = 200;
  /** Its codes of refusals and obstacles, in those of the catalogue. */
  @IsObject() reasons: Record<string, string> = {};
}
