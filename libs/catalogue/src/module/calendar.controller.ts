import { Body, Controller, Get, HttpCode, Post, type Type } from '@nestjs/common';
import { ApiDoc, Roles, validForm } from '@lianban/service-kit';
import { IsBoolean, IsOptional } from 'class-validator';
import { CalendarYear } from '../calendar-year.js';
import type { CalendarDifference } from '../notice.js';
import { CalendarNotices, type CalendarState } from './calendar-notices.js';

/** A year's notice of the State Council. */
export class NoticeForm extends CalendarYear {
  /** Only tell what it would change. */
  @IsOptional() @IsBoolean() checkOnly?: boolean;
}

/** What a notice changes, and the calendar after it. */
export interface ImportedNotice extends CalendarDifference, CalendarState {}

/** The operator's calendar of one service; `npm run calendar` asks all of them. */
export function calendarController(service: string): Type {
  @Controller(`/v1/ops/${service}/calendar`)
  @Roles('operator')
  class CalendarController {
    constructor(private readonly notices: CalendarNotices) {}

    /** Which years have a notice here, and how long they last. */
    @Get()
    state(): CalendarState {
      return this.notices.state();
    }

    /** Imports a year's notice in the place of the one before. 422 `invalid-form` where it cannot be one. */
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
