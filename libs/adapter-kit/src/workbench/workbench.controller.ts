import { Readable } from 'node:stream';
import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  Post,
  Query,
  StreamableFile,
  type Type,
} from '@nestjs/common';
import { Catalogue } from '@lianban/catalogue';
import type { JobState, Utility } from '@lianban/contracts';
import {
  CurrentCaller,
  ApiDoc,
  Roles,
  languageOf,
  Problem,
  UuidParam,
  validForm,
  type Caller,
} from '@lianban/service-kit';
import { DiscloseNumbers, type JobNumbers } from './disclose-numbers.js';
import { ExportJobs } from './export-jobs.js';
import { FindJob, type JobInFull } from './find-job.js';
import { JobViews } from './job-views.js';
import { ListJobs, type JobPage, type OfficerLoad, type Position } from './list-jobs.js';
import { HeldByColleague, MoveNotAllowed, NotClaimed, NotOnTheWorkbench } from './refusals.js';
import { WorkbenchActions, type ClaimResult } from './workbench-actions.js';
import {
  AcceptForm,
  JobClaimsForm,
  CompleteForm,
  CorrectionForm,
  HoldForm,
  JobDisclosureForm,
  JobsFilter,
  JobsQuery,
  ReassignForm,
  RefuseForm,
  ResumeForm,
  SeenForm,
  StageForm,
  WithdrawalForm,
} from './workbench.forms.js';

export class BadCursor extends Problem {
  constructor() {
    super('bad-cursor', 400, { 'zh-CN': '翻页标记无效。', en: 'The cursor is not one of ours.' });
  }
}

/** Whose jobs an officer sees. */
export interface OwnProvider {
  id: string;
  name: string;
  /** Or in a system of its own, and the workbench only shows its jobs? */
  worksHere: boolean;
}

const CURSOR = /^(\d{4}-\d{2}-\d{2})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
function cursorIn(text: string): Position {
  const [, date, id] = CURSOR.exec(text) ?? [];
  if (!date || !id || !isDay(date)) throw new BadCursor();
  return [date, id];
}

const isDay = (date: string): boolean =>
  Date.parse(date) > 0 && new Date(date).toISOString().startsWith(date);

/** Why an officer may not touch a job now. */
const CLAIM_ERRORS = [HeldByColleague, MoveNotAllowed, NotOnTheWorkbench];
const ACTION_ERRORS = [...CLAIM_ERRORS, NotClaimed];

const requestId = (): ParameterDecorator => UuidParam('requestId');

/** For the officers of one utility: their own provider's jobs, and what they do with them. */
export function workbenchController(utility: Utility): Type {
  @Controller(`/v1/workbench/${utility}`)
  @Roles('officer', 'lead-officer')
  class WorkbenchController {
    constructor(
      private readonly jobs: ListJobs,
      private readonly exports: ExportJobs,
      private readonly find: FindJob,
      private readonly views: JobViews,
      private readonly numbers: DiscloseNumbers,
      private readonly actions: WorkbenchActions,
      private readonly catalogue: Catalogue,
    ) {}

    /** The caller's provider where it is one of this utility, else null: her token does not say of which it is. */
    @Get('provider')
    provider(
      @CurrentCaller() caller: Caller,
      @Headers('accept-language') language: string | undefined,
    ): { provider: OwnProvider | null } {
      const found = this.catalogue.provider(caller.provider!);
      if (found?.utility !== utility) return { provider: null };
      const { id, name, dialect } = found;
      return { provider: { id, name: name[languageOf(language)], worksHere: dialect === 'workbench' } };
    }

    /** Open jobs, the most urgent first; `after` is the `next` of the page before. */
    @Get('jobs')
    @ApiDoc({ query: JobsQuery, refuses: [BadCursor] })
    list(
      @CurrentCaller() caller: Caller,
      @Query() query: unknown,
      @Headers('accept-language') accepted: string | undefined,
    ): Promise<JobPage> {
      const { after, receipt, ...filter } = validForm(JobsQuery, query);
      const language = languageOf(accepted);
      const position = after === undefined ? undefined : cursorIn(after);
      if (receipt !== undefined) return this.jobs.ofReceipt(caller, language, receipt);
      return this.jobs.page(caller, language, filter, position);
    }

    /** All open jobs of the filter for a spreadsheet program: UTF-8 with a byte order mark; what looks like a formula is text. */
    @Get('export')
    @Header('content-type', 'text/csv; charset=utf-8')
    @Header('content-disposition', 'attachment; filename="jobs.csv"')
    @ApiDoc({ query: JobsFilter })
    export(
      @CurrentCaller() caller: Caller,
      @Query() query: unknown,
      @Headers('accept-language') accepted: string | undefined,
    ): StreamableFile {
      const filter = validForm(JobsFilter, query);
      return new StreamableFile(Readable.from(this.exports.lines(caller, languageOf(accepted), filter)));
    }

    /** Who has how many of the open jobs in hand, for a lead officer. */
    @Get('officers')
    @Roles('lead-officer')
    async officers(@CurrentCaller() caller: Caller): Promise<{ officers: OfficerLoad[] }> {
      return { officers: await this.jobs.officers(caller) };
    }

    /** Claims up to 50 jobs, each by itself, and says what came of each. */
    @Post('claims')
    @HttpCode(200)
    @ApiDoc({ body: JobClaimsForm })
    async claimAll(
      @CurrentCaller() caller: Caller,
      @Body() body: unknown,
      @Headers('accept-language') accepted: string | undefined,
    ): Promise<{ results: ClaimResult[] }> {
      const { requestIds } = validForm(JobClaimsForm, body);
      return { results: await this.actions.claimAll(caller, requestIds, languageOf(accepted)) };
    }

    /** Everything the provider may know of one of its jobs, what was done and reported, and what the officer may do next. */
    @Get('jobs/:requestId')
    one(
      @CurrentCaller() caller: Caller,
      @requestId() id: string,
      @Headers('accept-language') language: string | undefined,
    ): Promise<JobInFull> {
      return this.find.execute(caller, id, languageOf(language));
    }

    /** The job is on her screen in this version; said again every few seconds while it is, so that colleagues see her. */
    @Post('jobs/:requestId/seen')
    @HttpCode(204)
    @ApiDoc({ body: SeenForm })
    seen(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.views.see(caller, id, validForm(SeenForm, body).version);
    }

    /** Document numbers in full; who asked and why is kept in the job's history. */
    @Post('jobs/:requestId/disclosure')
    @HttpCode(200)
    @ApiDoc({ body: JobDisclosureForm })
    disclose(
      @CurrentCaller() caller: Caller,
      @requestId() id: string,
      @Body() body: unknown,
    ): Promise<JobNumbers> {
      return this.numbers.execute(caller, id, validForm(JobDisclosureForm, body).reason);
    }

    @Post('jobs/:requestId/claim')
    @HttpCode(204)
    @ApiDoc({ refuses: CLAIM_ERRORS })
    claim(@CurrentCaller() caller: Caller, @requestId() id: string): Promise<void> {
      return this.actions.claim(caller, id);
    }

    /** Her own claim; a lead officer also a colleague's. */
    @Post('jobs/:requestId/release')
    @HttpCode(204)
    @ApiDoc({ refuses: ACTION_ERRORS })
    release(@CurrentCaller() caller: Caller, @requestId() id: string): Promise<void> {
      return this.actions.release(caller, id);
    }

    /** For a lead officer alone: whoever has the job, it is this officer's from now on. */
    @Post('jobs/:requestId/reassign')
    @HttpCode(204)
    @Roles('lead-officer')
    @ApiDoc({ body: ReassignForm, refuses: CLAIM_ERRORS })
    reassign(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.actions.reassign(caller, id, validForm(ReassignForm, body).officer);
    }

    @Post('jobs/:requestId/accept')
    @HttpCode(204)
    @ApiDoc({ body: AcceptForm, refuses: ACTION_ERRORS })
    accept(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.actions.report(caller, id, 'accept', { ...validForm(AcceptForm, body), state: 'accepted' });
    }

    @Post('jobs/:requestId/stage')
    @HttpCode(204)
    @ApiDoc({ body: StageForm, refuses: ACTION_ERRORS })
    stage(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.actions.report(caller, id, 'stage', {
        ...validForm(StageForm, body),
        state: 'in-progress',
      });
    }

    @Post('jobs/:requestId/hold')
    @HttpCode(204)
    @ApiDoc({ body: HoldForm, refuses: ACTION_ERRORS })
    hold(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.actions.report(caller, id, 'hold', { ...validForm(HoldForm, body), state: 'held' });
    }

    @Post('jobs/:requestId/resume')
    @HttpCode(204)
    @ApiDoc({ body: ResumeForm, refuses: ACTION_ERRORS })
    resume(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.actions.report(caller, id, 'resume', {
        ...validForm(ResumeForm, body),
        state: 'in-progress',
      });
    }

    @Post('jobs/:requestId/correction')
    @HttpCode(204)
    @ApiDoc({ body: CorrectionForm, refuses: ACTION_ERRORS })
    correction(
      @CurrentCaller() caller: Caller,
      @requestId() id: string,
      @Body() body: unknown,
    ): Promise<void> {
      const { items, dueDate, ...rest } = validForm(CorrectionForm, body);
      return this.actions.report(caller, id, 'correction', {
        ...rest,
        correction: { items, dueDate },
        state: 'waiting',
      });
    }

    @Post('jobs/:requestId/refuse')
    @HttpCode(204)
    @ApiDoc({ body: RefuseForm, refuses: ACTION_ERRORS })
    refuse(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      const { reason, legalBasis, text } = validForm(RefuseForm, body);
      return this.actions.report(caller, id, 'refuse', {
        reason,
        text: [legalBasis, text].filter(Boolean).join('; '),
        state: 'refused',
      });
    }

    @Post('jobs/:requestId/complete')
    @HttpCode(204)
    @ApiDoc({ body: CompleteForm, refuses: ACTION_ERRORS })
    complete(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      const { partly, text } = validForm(CompleteForm, body);
      const state: JobState = partly ? 'partly-completed' : 'completed';
      return this.actions.report(caller, id, 'complete', { text, state });
    }

    @Post('jobs/:requestId/withdrawal')
    @HttpCode(204)
    @ApiDoc({ body: WithdrawalForm, refuses: ACTION_ERRORS })
    withdrawal(
      @CurrentCaller() caller: Caller,
      @requestId() id: string,
      @Body() body: unknown,
    ): Promise<void> {
      const { answer, reason, text } = validForm(WithdrawalForm, body);
      return this.actions.report(caller, id, 'withdrawal', { reason, text, withdrawal: answer });
    }
  }
  return WorkbenchController;
}
