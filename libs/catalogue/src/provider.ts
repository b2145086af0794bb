import { UTILITIES, type Utility } from '@lianban/contracts';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  Matches,
  Min,
  ValidateIf,
} from 'class-validator';
import { IsPattern, NestedObject } from './constraints.js';
import type { District } from './district.js';
import { Dated } from './in-force.js';
import { Text } from './text.js';

export const CARRIERS = ['mobile', 'unicom', 'telecom'] as const;
export type Carrier = (typeof CARRIERS)[number];

const isTelecom = ({ utility }: Provider) => utility === 'telecom';

/** A company that does jobs of one utility in some districts. */
export class Provider extends Dated {
  @Matches(/^[a-z]+(-[a-z0-9]+)+$/) id!: string;
  @IsIn(UTILITIES) utility!: Utility;
  /** Telecom only: the applicant chooses a carrier. */
  @ValidateIf((provider: Provider) => isTelecom(provider) || provider.carrier !== undefined)
  @IsIn(CARRIERS)
  carrier?: Carrier;
  @NestedObject(() => Text) name!: Text;
  /** Codes of districts, or of a city for those of its districts that no other provider names. */
  @IsArray() @ArrayNotEmpty() @ArrayUnique() @Matches(/^\d{6}$/, { each: true }) districts!: string[];
  /** Name of a driver; its adapter refuses to start with one that it does not have, or that lacks what it needs below. */
  @Matches(/^[a-z][a-z0-9-]*$/) dialect!: string;
  /** Path under the base address its adapter is given. */
  @IsOptional() @Matches(/^\/[a-z0-9/-]+$/) endpoint?: string;
  /** What its dialect leaves open; the driver checks it when its adapter starts. */
  @IsOptional() @IsObject() settings?: Record<string, unknown>;
  /** Where its documents lie, a host with a port if it has one: links that lead elsewhere are not shown to applicants. */
  @IsOptional() @IsArray() @Matches(/^[a-z0-9.-]+(:\d+)?$/, { each: true }) documentHosts?: string[];
  /** Name of the secret, not the secret. */
  @IsOptional() @Matches(/^[a-z0-9-]+$/) credential?: string;
  /** What makes a retry safe: the provider honours our key, or it can be asked. */
  @IsIn(['idempotency-key', 'status-query']) retrySafety!: 'idempotency-key' | 'status-query';
  @IsInt() @Min(1) ratePerSecond!: number;
  /** Calls in flight at once. */
  @IsInt() @Min(1) concurrency!: number;
  /** A regular expression with the flag `u`. */
  @IsPattern() accountPattern!: string;
}

export const serves = ({ districts }: Provider, { code, city }: District): boolean =>
  districts.includes(code) || districts.includes(city.code);
