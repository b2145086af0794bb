import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiDoc } from '../http/api-doc.js';
import { Public } from '../identity/roles.js';
import { DependencyChecks } from './dependency-checks.js';
import { Lifecycle } from './lifecycle.js';

@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly checks: DependencyChecks,
  ) {}

  /** Whether the process runs; independent of everything else. */
  @Get('live')
  @ApiDoc({ needsNoDatabase: true })
  live() {
    return { status: 'up' };
  }

  /** 200 once its addresses are open and it has joined its consumer group, or says in the log that Kafka is away; else 503. */
  @Get('started')
  @ApiDoc({ needsNoDatabase: true, alsoAnswers: [503] })
  started(@Res({ passthrough: true }) reply: FastifyReply) {
    const { waitsFor } = this.lifecycle;
    return answer(reply, waitsFor.length === 0, { waitsFor });
  }

  /** 200 while it can answer, also where that is only to say that its database is away; 503 before its start and from its end on. */
  @Get('ready')
  @ApiDoc({ needsNoDatabase: true, alsoAnswers: [503] })
  ready(@Res({ passthrough: true }) reply: FastifyReply) {
    return answer(reply, this.lifecycle.isReady, {});
  }

  /** 200 if everything that it needs is there, else 503; lists each, and since when. No reason to restart it. */
  @Get('dependencies')
  @ApiDoc({ needsNoDatabase: true, alsoAnswers: [503] })
  async dependencies(@Res({ passthrough: true }) reply: FastifyReply) {
    const dependencies = await this.checks.run();
    const areUp = Object.values(dependencies).every(({ status }) => status === 'up');
    return answer(reply, areUp, { dependencies });
  }
}

function answer(reply: FastifyReply, isUp: boolean, more: object) {
  reply.code(isUp ? 200 : 503);
  return { status: isUp ? 'up' : 'down', ...more };
}
