import { Body, Controller, Get, Headers, HttpCode, Post, Query, type Type } from '@nestjs/common';
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
import { FindJobs, type JobInFull, type JobPage } from './find-jobs.js';
import {
  HeldByColleague,
  MoveNotAllowed,
  NotClaimed,
  NotOnTheWorkbench,
  WorkbenchActions,
} from './workbench-actions.js';
import {
  AcceptForm,
  CompleteForm,
  CorrectionForm,
  HoldForm,
  JobsQuery,
  ReassignForm,
  RefuseForm,
  ResumeForm,
  StageForm,
  WithdrawalForm,
} from './workbench.forms.js';

export class BadCursor extends Problem {
  constructor() {
    super('bad-cursor', 400, { 'zh-CN': '翻页标记无效。', en: 'The cursor is not one of ours.' });
  }
}

const CURSOR = /^(\d{4}-\d{2}-\d{2})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
function cursorIn(text: string): [string, string] {
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
  @Controller(`/v1/workbench/${utility}/jobs`)
  @Roles('officer', 'lead-officer')
  class WorkbenchController {
    constructor(
      private readonly find: FindJobs,
      private readonly actions: WorkbenchActions,
    ) {}

    /** Open jobs, the most urgent first; `after` is the `next` of the page before. */
    @Get()
    @ApiDoc({ query: JobsQuery, refuses: [BadCursor] })
    list(
      @CurrentCaller() caller: Caller,
      @Query() query: unknown,
      @Headers('accept-language') language: string | undefined,
    ): Promise<JobPage> {
      const { after } = validForm(JobsQuery, query);
      return this.find.list(
        caller.provider!,
        languageOf(language),
        after === undefined ? undefined : cursorIn(after),
      );
    }

    /** Everything the provider may know of one of its jobs, and what it reported. */
    @Get(':requestId')
    one(
      @CurrentCaller() caller: Caller,
      @requestId() id: string,
      @Headers('accept-language') language: string | undefined,
    ): Promise<JobInFull> {
      return this.find.one(caller.provider!, id, languageOf(language));
    }

    @Post(':requestId/claim')
    @HttpCode(204)
    @ApiDoc({ refuses: CLAIM_ERRORS })
    claim(@CurrentCaller() caller: Caller, @requestId() id: string): Promise<void> {
      return this.actions.claim(caller, id);
    }

    /** Her own claim; a lead officer also a colleague's. */
    @Post(':requestId/release')
    @HttpCode(204)
    @ApiDoc({ refuses: ACTION_ERRORS })
    release(@CurrentCaller() caller: Caller, @requestId() id: string): Promise<void> {
      return this.actions.release(caller, id);
    }

    /** For a lead officer alone: whoever has the job, it is this officer's from now on. */
    @Post(':requestId/reassign')
    @HttpCode(204)
    @Roles('lead-officer')
    @ApiDoc({ body: ReassignForm, refuses: CLAIM_ERRORS })
    reassign(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.actions.reassign(caller, id, validForm(ReassignForm, body).officer);
    }

    @Post(':requestId/accept')
    @HttpCode(204)
    @ApiDoc({ body: AcceptForm, refuses: ACTION_ERRORS })
    accept(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.actions.report(caller, id, { ...validForm(AcceptForm, body), state: 'accepted' });
    }

    @Post(':requestId/stage')
    @HttpCode(204)
    @ApiDoc({ body: StageForm, refuses: ACTION_ERRORS })
    stage(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.actions.report(caller, id, { ...validForm(StageForm, body), state: 'in-progress' });
    }

    @Post(':requestId/hold')
    @HttpCode(204)
    @ApiDoc({ body: HoldForm, refuses: ACTION_ERRORS })
    hold(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.actions.report(caller, id, { ...validForm(HoldForm, body), state: 'held' });
    }

    @Post(':requestId/resume')
    @HttpCode(204)
    @ApiDoc({ body: ResumeForm, refuses: ACTION_ERRORS })
    resume(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.actions.report(caller, id, { ...validForm(ResumeForm, body), state: 'in-progress' });
    }

    @Post(':requestId/correction')
    @HttpCode(204)
    @ApiDoc({ body: CorrectionForm, refuses: ACTION_ERRORS })
    correction(
      @CurrentCaller() caller: Caller,
      @requestId() id: string,
      @Body() body: unknown,
    ): Promise<void> {
      const { items, dueDate, ...rest } = validForm(CorrectionForm, body);
      return this.actions.report(caller, id, { ...rest, correction: { items, dueDate }, state: 'waiting' });
    }

    @Post(':requestId/refuse')
    @HttpCode(204)
    @ApiDoc({ body: RefuseForm, refuses: ACTION_ERRORS })
    refuse(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      const { reason, legalBasis, text } = validForm(RefuseForm, body);
      return this.actions.report(caller, id, {
        reason,
        text: [legalBasis, text].filter(Boolean).join('; '),
        state: 'refused',
      });
    }

    @Post(':requestId/complete')
    @HttpCode(204)
    @ApiDoc({ body: CompleteForm, refuses: ACTION_ERRORS })
    complete(@CurrentCaller() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      const { partly, text } = validForm(CompleteForm, body);
      const state: JobState = partly ? 'partly-completed' : 'completed';
      return this.actions.report(caller, id, { text, state });
    }

    @Post(':requestId/withdrawal')
    @HttpCode(204)
    @ApiDoc({ body: WithdrawalForm, refuses: ACTION_ERRORS })
    withdrawal(
      @CurrentCaller() caller: Caller,
      @requestId() id: string,
      @Body() body: unknown,
    ): Promise<void> {
      const { answer, reason, text } = validForm(WithdrawalForm, body);
      return this.actions.report(caller, id, { reason, text, withdrawal: answer });
    }
  }
  return WorkbenchController;
}
