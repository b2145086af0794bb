import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiDoc } from '../http/described.js';
import { Public } from '../identity/roles.js';
import { ReadinessChecks } from './readiness-checks.js';

@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly checks: ReadinessChecks) {}

  /** Whether the process runs; asks nothing of anyone else. */
  @Get('live')
  @ApiDoc({ asksNobody: true })
  live() {
    return { status: 'up' };
  }

  /** 200 with every check up, else 503; says which are down. */
  @Get('ready')
  @ApiDoc({ asksNobody: true, alsoAnswers: [503] })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const checks = await this.checks.run();
    const isReady = Object.values(checks).every((state) => state === 'up');
    reply.code(isReady ? 200 : 503);
    return { status: isReady ? 'up' : 'down', checks };
  }
}
