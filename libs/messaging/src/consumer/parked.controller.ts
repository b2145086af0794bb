import { Body, Controller, Get, HttpCode, Param, Post, Query, type Type } from '@nestjs/common';
import { ApiDoc, CurrentCaller, Log, NotFound, Roles, validForm, type Caller } from '@lianban/service-kit';
import { IsOptional, Matches } from 'class-validator';
import { ParkedMessages, type Replayed } from './parked-messages.js';
import type { ParkedMessage, ParkedReason } from './parked-table.js';

type Listed = Omit<ParkedMessage, 'body' | 'key' | 'replayedAt'>;

/** Which page of which parked messages. */
export class ParkedQuery {
  /** The last id of the page before. */
  @IsOptional() @Matches(/^\d{1,18}$/) after?: string;
  /** Only those that were parked for this reason. */
  @IsOptional() @Matches(/^[a-z-]{1,40}$/) reason?: string;
  /** Only those of this topic. */
  @IsOptional() @Matches(/^[a-z0-9.-]{1,100}$/) topic?: string;
}

/** Which messages are replayed: all that were parked for one reason. */
export class ReplayForm extends ParkedQuery {
  @Matches(/^[a-z-]{1,40}$/) declare reason: string;
}

/** An operator's view of the messages that a service laid aside: no body, for it may be personal. */
export function parkedController(service: string): Type {
  @Controller(`/v1/ops/${service}/parked`)
  @Roles('operator')
  class ParkedController {
    constructor(
      private readonly messages: ParkedMessages,
      private readonly log: Log,
    ) {}

    /** Up to 50 messages, oldest first, after the id in `after`. */
    @Get()
    @ApiDoc({ query: ParkedQuery })
    async list(@Query() query: unknown): Promise<{ messages: Listed[] }> {
      const { after, ...filter } = validForm(ParkedQuery, query);
      const messages = await this.messages.list(after, filter);
      return {
        messages: messages.map(({ body: _body, key: _key, replayedAt: _replayed, ...listed }) => listed),
      };
    }

    /** How many are parked, by reason and topic. */
    @Get('reasons')
    async reasons(): Promise<{ reasons: ParkedReason[] }> {
      return { reasons: await this.messages.reasons() };
    }

    /**
     * Another try for up to 100 messages of one reason, oldest first. Where `last` is answered there may be more: ask again with
     * it as `after`.
     */
    @Post('replay')
    @HttpCode(200)
    @ApiDoc({ body: ReplayForm })
    async replayAll(@CurrentCaller() caller: Caller, @Body() body: unknown): Promise<Replayed> {
      const { after, ...filter } = validForm(ReplayForm, body);
      const result = await this.messages.replayAll(filter, after);
      this.log.log('parked messages replayed', { operator: caller.subject, ...filter, ...result });
      return result;
    }

    /** Another try for one message; 404 where it is not parked. */
    @Post(':id/replay')
    @HttpCode(204)
    async replay(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
      if (!/^\d{1,18}$/.test(id) || !(await this.messages.replay(id))) throw new NotFound();
      this.log.log('parked message replayed', { operator: caller.subject, message: id });
    }
  }
  return ParkedController;
}
