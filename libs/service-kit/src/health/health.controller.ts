import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiDoc } from '../http/api-doc.js';
import { Public } from '../identity/roles.js';
import { ReadinessChecks } from './readiness-checks.js';

@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly checks: ReadinessChecks) {}

  /** Whether the process runs; independent of everything else. */
  @Get('live')
  @ApiDoc({ needsNoDatabase: true })
  live() {
    return { status: 'up' };
  }

  /** 200 if every check is up, else 503; lists the checks. */
  @Get('ready')
  @ApiDoc({ needsNoDatabase: true, alsoAnswers: [503] })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const checks = await this.checks.run();
    const isReady = Object.values(checks).every((state) => state === 'up');
    reply.code(isReady ? 200 : 503);
    return { status: isReady ? 'up' : 'down', checks };
  }
}
