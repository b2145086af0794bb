import { IsArray, IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
import { IsDay, IsInstant } from './times.js';
import { DELIVERIES, OPERATION_KINDS, type Delivery, type OperationKind } from './enums.js';

/** The current or last operation of a job. */
export class OperationStatus {
  @IsIn(OPERATION_KINDS) kind!: OperationKind;
  @IsIn(DELIVERIES) delivery!: Delivery;
  /** Since when it has this delivery. */
  @IsInstant() since!: string;
}

/** A stage the job reached, and when. */
export class StageReached {
  @IsString() stage!: string;
  @IsInstant() at!: string;
}

export class OpenCorrection {
  @IsUUID() id!: string;
  /** Open items: codes of materials, `fields.<code>`, or reasons for what must be done. */
  @IsArray() @IsString({ each: true }) items!: string[];
  @IsDay() deadline!: string;
  /** Ids of the corrections that this one replaced while the job waited. */
  @IsOptional() @IsArray() @IsUUID(undefined, { each: true }) replaces?: string[];
}
