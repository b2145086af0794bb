import { IsNotEmpty, IsObject, IsString, Matches } from 'class-validator';

/** What companies do differently, in the `settings` of a provider's row. */
export class WaterSoapSettings {
  /** What follows its endpoint. */
  @Matches(/^(\/[\w.-]+)*$/) path: string = '/WaterService';
  /** Who logs in; the password is the secret of its credential. */
  @IsString() @IsNotEmpty() user!: string;
  /** Its result codes and codes of obstacles, in reasons of the catalogue. */
  @IsObject() reasons: Record<string, string> = {};
}
