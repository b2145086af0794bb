import { IsArray, IsIn, IsObject, Matches } from 'class-validator';
import { SIGNATURES, type SignatureMethod } from './signature.js';

/** What grid companies do differently, in the `settings` of a provider's row. */
export class GridRestSettings {
  @IsIn(SIGNATURES) signature: SignatureMethod = 'hmac';
  /** For `sm2`: the points that the company signs with, uncompressed, hex; two while they are changed. */
  @IsArray() @Matches(/^04[0-9a-f]{128}$/, { each: true }) publicKeys: string[] = [];
  /** Its codes of refusals and obstacles, in those of the catalogue. */
  @IsObject() reasons: Record<string, string> = {};
}
