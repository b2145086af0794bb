import type { OperationBody } from '@lianban/adapter-kit';
import { IsInstant } from '@lianban/contracts';
import { Type } from 'class-transformer';
import { IsArray, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';

export class WorkOrderNode {
  @IsString() @MaxLength(40) code!: string;
  @IsInstant() reachedAt!: string;
}

/** The last one that was asked for. */
export class Cancellation {
  @IsString() operationNo!: string;
  @IsString() result!: string;
  @IsOptional() @IsInstant() answeredAt?: string;
  @IsOptional() @IsString() reasonCode?: string;
  @IsOptional() @IsString() reasonText?: string;
}

/** As far as it is read; what else a company sends is ignored. */
export class WorkOrder {
  /** No white space, and no step in a path. */
  @Matches(/^(?!\.{1,2}$)\S{1,64}$/) orderNo!: string;
  /** Our placement. */
  @IsString() externalNo!: string;
  /** Ids of our operations that it has taken. */
  @IsArray() @IsString({ each: true }) operations!: string[];
  @IsString() @MaxLength(64) status!: string;
  @IsInstant() statusAt!: string;
  @IsInstant() updatedAt!: string;
  @IsOptional() @IsString() reasonCode?: string;
  @IsOptional() @IsString() reasonText?: string;
  @IsOptional() @IsString() @MaxLength(40) heldBy?: string;
  @IsOptional() @IsString() @MaxLength(40) dueDate?: string;
  /** What the applicant must supply. */
  @IsOptional() @IsArray() @IsString({ each: true }) missing?: string[];
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => WorkOrderNode) nodes?: WorkOrderNode[];
  @IsOptional() @ValidateNested() @Type(() => Cancellation) cancellation?: Cancellation;
}

/** Each order is read by itself: one that cannot be read does not keep the others out. */
export class WorkOrderList {
  /** How new the list is. */
  @IsInstant() asOf!: string;
  @IsArray() workOrders!: unknown[];
}

/** Body of a placement, and of a correction, which carries everything as it is now. */
export const toApplication = ({ placement, operation, promisedDate, dossier }: OperationBody): object => ({
  externalNo: placement,
  operationNo: operation,
  promisedDate,
  ...dossier,
});

export const toCancellation = ({
  operation,
  reason,
}: Pick<OperationBody, 'operation' | 'reason'>): object => ({
  operationNo: operation,
  reason,
});
