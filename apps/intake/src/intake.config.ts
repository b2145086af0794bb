import { QueryCodeLimits } from '@lianban/query-codes';
import { QueryCodeSecrets } from '@lianban/contracts';
import { IsInt, Min } from 'class-validator';
import { Secret } from '@lianban/service-kit';

export class IntakeConfig extends QueryCodeLimits {
  /** Secrets that query codes are derived from, `1:<secret>,2:<secret>`; new codes come from the last. */
  @Secret()
  @QueryCodeSecrets()
  queryCodeSecret!: string[];

  /** Interval of closing overdue corrections. */
  @IsInt() @Min(10) correctionCheckMs: number = 30_000;
  /** How often a day a lost query code is sent again. */
  @IsInt() @Min(1) lostCodesPerDay: number = 3;
  /** The shortest time between two texts with the same lost query code. */
  @IsInt() @Min(1) lostCodeIntervalSeconds: number = 600;
  /** How many lost query codes an address may ask for in an hour; `QUERY_CODE_EXEMPT_ADDRESSES` have no limit. */
  @IsInt() @Min(1) lostCodesPerAddress: number = 20;
}
