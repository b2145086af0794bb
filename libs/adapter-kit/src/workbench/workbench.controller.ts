import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  type Type,
} from '@nestjs/common';
import type { JobState, Utility } from '@lianban/contracts';
import { CallerParam, For, Problem, validForm, type Caller } from '@lianban/service-kit';
import { FindJobs, type JobPage } from './find-jobs.js';
import { OfficerActs } from './officer-acts.js';
import {
  AcceptForm,
  CompleteForm,
  CorrectionForm,
  HoldForm,
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

const requestId = (): ParameterDecorator => Param('requestId', ParseUUIDPipe);

/** The officers' door of one utility: their own provider's jobs, and what they do with them. */
export function workbenchController(utility: Utility): Type {
  @Controller(`/v1/workbench/${utility}/jobs`)
  @For('officer')
  class WorkbenchController {
    constructor(
      private readonly find: FindJobs,
      private readonly acts: OfficerActs,
    ) {}

    /** Open jobs, the most urgent first; `after` is the `next` of the page before. */
    @Get()
    list(@CallerParam() caller: Caller, @Query('after') after?: string): Promise<JobPage> {
      return this.find.list(caller.provider!, after === undefined ? undefined : cursorIn(after));
    }

    @Get(':requestId')
    one(@CallerParam() caller: Caller, @requestId() id: string): Promise<object> {
      return this.find.one(caller.provider!, id);
    }

    @Post(':requestId/claim')
    @HttpCode(204)
    claim(@CallerParam() caller: Caller, @requestId() id: string): Promise<void> {
      return this.acts.claim(caller, id);
    }

    @Post(':requestId/release')
    @HttpCode(204)
    release(@CallerParam() caller: Caller, @requestId() id: string): Promise<void> {
      return this.acts.release(caller, id);
    }

    @Post(':requestId/accept')
    @HttpCode(204)
    accept(@CallerParam() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.acts.act(caller, id, { ...validForm(AcceptForm, body), state: 'accepted' });
    }

    @Post(':requestId/stage')
    @HttpCode(204)
    stage(@CallerParam() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.acts.act(caller, id, { ...validForm(StageForm, body), state: 'in-progress' });
    }

    @Post(':requestId/hold')
    @HttpCode(204)
    hold(@CallerParam() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.acts.act(caller, id, { ...validForm(HoldForm, body), state: 'held' });
    }

    @Post(':requestId/resume')
    @HttpCode(204)
    resume(@CallerParam() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      return this.acts.act(caller, id, { ...validForm(ResumeForm, body), state: 'in-progress' });
    }

    @Post(':requestId/correction')
    @HttpCode(204)
    correction(@CallerParam() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      const { items, dueDate, ...rest } = validForm(CorrectionForm, body);
      return this.acts.act(caller, id, { ...rest, correction: { items, dueDate }, state: 'waiting' });
    }

    @Post(':requestId/refuse')
    @HttpCode(204)
    refuse(@CallerParam() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      const { reason, legalBasis, text } = validForm(RefuseForm, body);
      return this.acts.act(caller, id, {
        reason,
        text: [legalBasis, text].filter(Boolean).join('; '),
        state: 'refused',
      });
    }

    @Post(':requestId/complete')
    @HttpCode(204)
    complete(@CallerParam() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      const { partly, text } = validForm(CompleteForm, body);
      const state: JobState = partly ? 'partly-completed' : 'completed';
      return this.acts.act(caller, id, { text, state });
    }

    @Post(':requestId/withdrawal')
    @HttpCode(204)
    withdrawal(@CallerParam() caller: Caller, @requestId() id: string, @Body() body: unknown): Promise<void> {
      const { answer, reason, text } = validForm(WithdrawalForm, body);
      return this.acts.act(caller, id, { reason, text, withdrawal: answer });
    }
  }
  return WorkbenchController;
}
