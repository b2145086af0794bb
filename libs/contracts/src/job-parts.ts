import { IsArray, IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
import { IsDay, IsInstant } from './times.js';
import { DELIVERIES, OPERATION_KINDS, type Delivery, type OperationKind } from './enums.js';

/** The operation the provider is being told about now, or was told last. */
export class OperationStatus {
  @IsIn(OPERATION_KINDS) kind!: OperationKind;
  @IsIn(DELIVERIES) delivery!: Delivery;
  /** Since when it has this delivery: "could not be reached since". */
  @IsInstant() since!: string;
}

/** A stage the job reached, and when. */
export class StageReached {
  @IsString() stage!: string;
  @IsInstant() at!: string;
}

export class OpenCorrection {
  @IsUUID() id!: string;
  /** What is still open of it: codes of materials, `fields.<code>`, or what is to be done. */
  @IsArray() @IsString({ each: true }) items!: string[];
  @IsDay() dueDate!: string;
  /** Ids of the corrections that this one took the place of while the job waited. */
  @IsOptional() @IsArray() @IsUUID(undefined, { each: true }) replaces?: string[];
}
