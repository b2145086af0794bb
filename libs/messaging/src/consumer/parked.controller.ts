import { Controller, Get, HttpCode, Param, Post, Query, type Type } from '@nestjs/common';
import { ApiDoc, Roles, NotFound, validForm } from '@lianban/service-kit';
import { IsOptional, Matches } from 'class-validator';
import { ParkedMessages } from './parked-messages.js';
import type { ParkedMessage } from './parked-table.js';

type Listed = Omit<ParkedMessage, 'body' | 'key' | 'replayedAt'>;

/** Which page of the parked messages. */
export class ParkedQuery {
  /** The last id of the page before. */
  @IsOptional() @Matches(/^\d{1,18}$/) after?: string;
}

/** An operator's view of the messages that a service laid aside: no body, for it may be personal. */
export function parkedController(service: string): Type {
  @Controller(`/v1/ops/${service}/parked`)
  @Roles('operator')
  class ParkedController {
    constructor(private readonly messages: ParkedMessages) {}

    /** Up to 50 messages, oldest first, after the id in `after`. */
    @Get()
    @ApiDoc({ query: ParkedQuery })
    async list(@Query() query: unknown): Promise<{ messages: Listed[] }> {
      const { after = '0' } = validForm(ParkedQuery, query);
      const messages = await this.messages.list(after);
      return {
        messages: messages.map(({ body: _body, key: _key, replayedAt: _replayed, ...listed }) => listed),
      };
    }

    /** Another try for one message; 404 where it is not parked. */
    @Post(':id/replay')
    @HttpCode(204)
    async replay(@Param('id') id: string): Promise<void> {
      if (!/^\d{1,18}$/.test(id) || !(await this.messages.replay(id))) throw new NotFound();
    }
  }
  return ParkedController;
}
