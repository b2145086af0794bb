import { IsArray, IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
import { IsDay, IsInstant } from './times.js';
import {
  DELIVERIES,
  DOCUMENT_KINDS,
  OPERATION_KINDS,
  type Delivery,
  type DocumentKind,
  type OperationKind,
} from './enums.js';

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

/** A document of the provider's, where it lies. */
export class JobDocument {
  @IsIn(DOCUMENT_KINDS) kind!: DocumentKind;
  @IsString() name!: string;
  @IsString() url!: string;
}

export class OpenCorrection {
  @IsUUID() id!: string;
  /** Open items: codes of materials, `fields.<code>`, or reasons for what must be done. */
  @IsArray() @IsString({ each: true }) items!: string[];
  @IsDay() deadline!: string;
  /** Ids of the corrections that this one replaced while the job waited. */
  @IsOptional() @IsArray() @IsUUID(undefined, { each: true }) replaces?: string[];
}
