import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Clock } from '../clock.js';
import { ApiDoc } from '../http/api-doc.js';
import { Public } from '../identity/roles.js';
import { Dependencies, type DependencyState } from './dependencies.js';
import { Readiness } from './readiness.js';

export interface Health {
  status: 'up' | 'down';
  /** What has not happened yet. */
  waitingFor?: string[];
}

export interface DependencyHealth {
  status: 'up' | 'down';
  dependencies: Record<string, DependencyState>;
  /** How far the database's clock is ahead of this machine's; 0 while both agree within a second. */
  clockOffsetMs: number;
}

@Controller('health')
@Public()
@ApiDoc({ needsNoDatabase: true })
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly dependencies: Dependencies,
    private readonly clock: Clock,
  ) {}

  /** Whether the process runs; independent of everything else. */
  @Get('live')
  live(): Health {
    return { status: 'up' };
  }

  /** 200 once the start is over: addresses are open, and the consumer has joined its group or has said why it cannot. */
  @Get('started')
  @ApiDoc({ needsNoDatabase: true, alsoAnswers: [503] })
  started(@Res({ passthrough: true }) reply: FastifyReply): Health {
    return this.answer(reply, this.readiness.isStarted);
  }

  /** 200 while this process takes requests. It stays so while the database or Kafka is away: requests are answered 503 then. */
  @Get('ready')
  @ApiDoc({ needsNoDatabase: true, alsoAnswers: [503] })
  ready(@Res({ passthrough: true }) reply: FastifyReply): Health {
    return this.answer(reply, this.readiness.isReady);
  }

  /** 200 if everything that the service needs of others can be used, else 503; says since when. No probe should ask it. */
  @Get('dependencies')
  @ApiDoc({ needsNoDatabase: true, alsoAnswers: [503] })
  async all(@Res({ passthrough: true }) reply: FastifyReply): Promise<DependencyHealth> {
    const dependencies = await this.dependencies.run();
    const isUp = Object.values(dependencies).every(({ status }) => status === 'up');
    reply.code(isUp ? 200 : 503);
    return { status: isUp ? 'up' : 'down', dependencies, clockOffsetMs: this.clock.offset };
  }

  private answer(reply: FastifyReply, isUp: boolean): Health {
    if (isUp) return { status: 'up' };
    reply.code(503);
    const { waitingFor } = this.readiness;
    return { status: 'down', ...(waitingFor.length > 0 && { waitingFor }) };
  }
}
