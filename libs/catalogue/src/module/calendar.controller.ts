import { Body, Controller, Get, HttpCode, Post, type Type } from '@nestjs/common';
import { ApiDoc, Roles, validForm } from '@lianban/service-kit';
import { IsBoolean, IsOptional } from 'class-validator';
import { CalendarYear } from '../calendar-year.js';
import type { CalendarDifference } from '../notice.js';
import { CalendarNotices, type CalendarState } from './calendar-notices.js';

/** A year's notice of the State Council. */
export class NoticeForm extends CalendarYear {
  /** Only show what it would change. */
  @IsOptional() @IsBoolean() checkOnly?: boolean;
}

/** What a notice changes, and the calendar after it. */
export interface ImportedNotice extends CalendarDifference, CalendarState {}

/** The operator's calendar API of one service; `npm run calendar` calls all of them. */
export function calendarController(service: string): Type {
  @Controller(`/v1/ops/${service}/calendar`)
  @Roles('operator')
  class CalendarController {
    constructor(private readonly notices: CalendarNotices) {}

    /** The announced years. */
    @Get()
    state(): CalendarState {
      return this.notices.state();
    }

    /** Imports or replaces a year's notice. 422 `invalid-form`. */
    @Post()
    @HttpCode(200)
    @ApiDoc({ body: NoticeForm })
    async import(@Body() body: unknown): Promise<ImportedNotice> {
      const { checkOnly, ...notice } = validForm(NoticeForm, body);
      const difference = checkOnly ? this.notices.compare(notice) : await this.notices.import(notice);
      return { ...difference, ...this.notices.state() };
    }
  }
  return CalendarController;
}
