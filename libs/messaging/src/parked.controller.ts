import { Controller, Get, HttpCode, Param, Post, Query, type Type } from '@nestjs/common';
import { For, NoSuchThing } from '@lianban/service-kit';
import { ParkedMessages } from './replay.js';
import type { ParkedMessage } from './parked.js';

type Listed = Omit<ParkedMessage, 'body' | 'key' | 'replayedAt'>;

/** An operator's view of the messages that a service laid aside: no body, for it may be personal. */
export function parkedController(service: string): Type {
  @Controller(`/v1/ops/${service}/parked`)
  @For('operator')
  class ParkedController {
    constructor(private readonly messages: ParkedMessages) {}

    /** Up to 50 messages, oldest first, after the id in `after`. */
    @Get()
    async list(@Query('after') after = '0'): Promise<{ messages: Listed[] }> {
      const messages = await this.messages.list(/^\d{1,18}$/.test(after) ? after : '0');
      return {
        messages: messages.map(({ body: _body, key: _key, replayedAt: _replayed, ...listed }) => listed),
      };
    }

    /** Another try for one message; 404 where it is not parked. */
    @Post(':id/replay')
    @HttpCode(204)
    async replay(@Param('id') id: string): Promise<void> {
      if (!/^\d{1,18}$/.test(id) || !(await this.messages.replay(id))) throw new NoSuchThing();
    }
  }
  return ParkedController;
}
