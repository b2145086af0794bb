import { IsIn, IsInt, IsObject, IsString, Matches, Max, Min } from 'class-validator';

const PATH = /^(\/[\w.-]+)*$/;

/** What gas companies do differently, in the `settings` of a provider's row. */
export class GasRestSettings {
  /** By which the company knows us; the secret is the row's credential. */
  @Matches(/^[\x21-\x7e]{1,128}$/) clientId!: string;
  /** How the id and the secret are sent: in a header, encoded as RFC 6749 says, or in the body. */
  @IsIn(['basic', 'post']) clientAuthentication: 'basic' | 'post' = 'basic';
  /** What is asked for; empty: nothing. */
  @IsString() scope: string = '';
  /** What follows its endpoint. */
  @Matches(PATH) tokenPath: string = '/oauth2/token';
  @Matches(PATH) basePath: string = '/api/v1';
  /** An order may appear in the list of changes so long after the time that it bears. */
  @IsInt() @Min(1) @Max(86_400) overlapSeconds: number = 60;
  /** How far back the list surely reaches: read at first, and after a cursor that the company does not know. */
  @IsInt() @Min(1) @Max(8_760) windowHours: number = 168;
  /** Orders on a page of the list. */
  @IsInt() @Min(1) @Max(1_000) pageSize: number = 100;
  /** Its codes of refusals and obstacles, in those of the catalogue. */
  @IsObject() reasons: Record<string, string> = {};
}
