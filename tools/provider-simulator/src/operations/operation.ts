import { IsInstant, OPERATION_KINDS, UTILITIES, type OperationKind, type Utility } from '@lianban/contracts';
import type { JobDossier } from '@lianban/contracts';
import {
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Min,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import type { Report } from '../reports/report.js';

/** What of a dossier a scenario needs; the rest is kept as it came. */
class ReceivedDossier {
  @IsString() matter!: string;
  @IsInstant() registeredAt!: string;
  @IsArray() materials!: unknown[];
  @IsArray() answers!: unknown[];
}

/** One operation of a job, as a provider receives it. */
export class Operation {
  @IsString() operation!: string;
  @IsIn(OPERATION_KINDS) kind!: OperationKind;
  /** `<requestId>:<utility>:<attempt>` */
  @Matches(/^[^:]+:[a-z]+:\d+$/) placement!: string;
  @IsString() requestId!: string;
  @IsIn(UTILITIES) utility!: Utility;
  @IsString() provider!: string;
  @IsInt() @Min(1) attempt!: number;
  @IsInt() @Min(1) version!: number;
  @IsString() promisedDate!: string;
  @ValidateNested() dossier!: JobDossier;
  @IsOptional() @IsString() reason?: string;
  /** Where reports go; empty where the dialect says it otherwise. */
  @ValidateIf(({ callback }: Operation) => callback !== '')
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  callback: string = '';
}

/** The provider's answer to an operation; the same to a repetition and to a status query. */
export type Verdict =
  | { outcome: 'taken'; reference: string; report?: Report }
  | { outcome: 'refused'; reason: string; text: string };

/** Fields that Lianban may add one day are let through, as a provider would. Undefined where it cannot be read. */
export function readOperation(text: string): Operation | undefined {
  try {
    const body = JSON.parse(text) as Operation;
    const dossier = Object.assign(new ReceivedDossier(), body.dossier) as unknown as JobDossier;
    const operation = Object.assign(new Operation(), body, { dossier });
    return validateSync(operation).length === 0 ? operation : undefined;
  } catch {
    return undefined;
  }
}
