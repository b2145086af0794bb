import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsDateString,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import {
  DATE,
  furthestAfter,
  HOLDERS,
  isEnd,
  JOB_STATES,
  mayMove,
  type Holder,
  type JobState,
} from '@lianban/contracts';
import { dueDateOf, type Context } from './context.js';
import { clearStop, deriveOperation } from './derive-operation.js';
import type { Finding, JobFile, Placement } from './job-file.js';

export class AskedCorrection {
  /** Codes of materials or names of fields, `fields.heatedArea`. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(30)
  @IsString({ each: true })
  @MaxLength(80, { each: true })
  items!: string[];
  @IsOptional() @Matches(DATE) dueDate?: string;
}

/** What a provider, or its officer, says about a placement. */
export class JobReport {
  /** The provider's own count of its reports on this placement, where it has one. */
  @IsOptional() @IsInt() @Min(0) sequence?: number;
  /** When it was so, at the provider. */
  @IsDateString({ strict: true }) at!: string;
  @IsOptional() @IsString() @MaxLength(64) reference?: string;
  @IsOptional() @IsIn(JOB_STATES.filter((state) => state !== 'placed')) state?: JobState;
  @IsOptional() @Matches(/^[A-Z]+(_[A-Z]+)*$/) @MaxLength(40) stage?: string;
  /** A catalogue code. */
  @IsOptional() @Matches(/^[a-z]+(-[a-z]+)*$/) @MaxLength(40) reason?: string;
  /** The provider's own words; they stay in the adapter. */
  @IsOptional() @IsString() @MaxLength(500) text?: string;
  @IsOptional() @IsIn(HOLDERS) holder?: Holder;
  @IsOptional() @Matches(DATE) dueDate?: string;
  @IsOptional() @ValidateNested() @Type(() => AskedCorrection) correction?: AskedCorrection;
  @IsOptional() @IsIn(['agreed', 'refused']) withdrawal?: 'agreed' | 'refused';
}

/** Why a report was kept and not applied. */
export type NotApplied = 'older' | 'not-allowed' | 'ended';

/** Applies a report to the attempt it is about, and derives what follows. Answers why it was only kept. */
export function noteReport(
  file: JobFile,
  attempt: number,
  report: JobReport,
  context: Context,
): NotApplied | undefined {
  const placement = file.placements.find((each) => each.attempt === attempt)!;
  const why = applyReport(file, placement, report, context);
  if (!why) deriveOperation(placement, context);
  return why;
}

export function applyReport(
  file: JobFile,
  placement: Placement,
  report: JobReport,
  context: Context,
): NotApplied | undefined {
  if (isOlder(placement, report)) return 'older';
  if (isEnd(placement.state)) return 'ended';
  const state = report.withdrawal === 'agreed' ? 'cancelled' : report.state;
  if (state && state !== placement.state && !mayMove(placement.state, state, placement.furthest))
    return 'not-allowed';
  placement.lastSequence = report.sequence ?? placement.lastSequence;
  placement.lastReportAt = report.at;
  placement.reference ??= report.reference ?? null;
  reachStage(placement, report);
  if (report.withdrawal) noteWithdrawal(file, placement, report, context);
  if (state) enter(file, placement, state, { ...report, reason: reasonOf(placement, report) }, context);
  return undefined;
}

/** The provider's own sequence decides, else its time; neither is compared with ours. */
function isOlder({ lastSequence, lastReportAt }: Placement, { sequence, at }: JobReport): boolean {
  if (sequence !== undefined && lastSequence !== null) return sequence <= lastSequence;
  return lastReportAt !== null && Date.parse(at) < Date.parse(lastReportAt);
}

function reachStage(placement: Placement, { stage, at }: JobReport): void {
  if (!stage || placement.stages.some((reached) => reached.stage === stage)) return;
  placement.stages = [...placement.stages, { stage, at: new Date(at).toISOString() }];
}

function enter(
  file: JobFile,
  placement: Placement,
  state: JobState,
  report: JobReport,
  context: Context,
): void {
  if (state !== placement.state) placement.since = context.now.toISOString();
  placement.state = state;
  placement.furthest = furthestAfter(placement.furthest, state);
  if (placement.furthest !== 'placed' || state === 'completed' || state === 'partly-completed')
    file.accepted = true;
  placement.reason =
    knownReason(report, context) ?? (isStop(state) || isEnd(state) ? placement.reason : null);
  placement.words = report.text ?? null;
  clearStop(placement);
  if (isStop(state)) stop(placement, report, context);
  if (state === 'completed' && placement.superseded) find(file, placement, 'superseded-completed', context);
}

const isStop = (state: JobState): boolean => state === 'waiting' || state === 'held';

/** A word that is no code of ours stays among the provider's words. */
function knownReason({ reason }: JobReport, { catalogue }: Context): string | null {
  return reason && catalogue.reason(reason) ? reason : null;
}

function stop(placement: Placement, report: JobReport, context: Context): void {
  placement.reason ??= placement.state === 'waiting' ? 'material-missing' : 'expert-review';
  const usual = context.catalogue.reason(placement.reason)?.holder ?? 'provider';
  placement.holder = placement.state === 'waiting' ? 'applicant' : (report.holder ?? usual);
  placement.dueDate =
    report.correction?.dueDate ?? report.dueDate ?? dueDateOf(placement.wanted, placement.reason, context);
  if (placement.state === 'waiting' && placement.dueDate)
    placement.correction = {
      id: context.newId(),
      items: report.correction?.items ?? [placement.reason],
      dueDate: placement.dueDate,
    };
}

/** What ends a withdrawn job is why it was withdrawn. */
function reasonOf({ superseded, wanted }: Placement, { withdrawal, reason }: JobReport): string | undefined {
  if (withdrawal !== 'agreed') return reason;
  return superseded ? 'rerouted' : (wanted.withdrawnFor ?? reason);
}

function noteWithdrawal(file: JobFile, placement: Placement, report: JobReport, context: Context): void {
  placement.withdrawal = report.withdrawal!;
  placement.withdrawalReason = knownReason(report, context);
  if (report.withdrawal === 'agreed') return;
  placement.refusedVersion = placement.wanted.version;
  if (placement.superseded) find(file, placement, 'superseded-withdrawal-refused', context);
}

export function find(
  file: JobFile,
  placement: Placement,
  kind: Finding['kind'],
  { now, newId }: Context,
): void {
  const { requestId, attempt, provider } = placement;
  file.findings.push({
    id: newId(),
    requestId,
    attempt,
    provider,
    kind,
    owner: 'operator',
    at: now.toISOString(),
  });
}
