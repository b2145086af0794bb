import { Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { TOPICS } from '@lianban/contracts';
import { Described, For } from '@lianban/service-kit';
import { RebuildRunning } from '../refusals.js';
import { Rebuild, type Standing } from './rebuild.js';

const OWNERS = [
  ...new Set(
    TOPICS.filter(({ readers }) => readers.includes('tracking')).flatMap(({ publishers }) => publishers),
  ),
];

/** An operator rebuilds what tracking shows, while requests run. */
@Controller('v1/ops/tracking/rebuild')
@For('operator')
export class RebuildController {
  constructor(private readonly rebuild: Rebuild) {}

  /** 202 with the doors at which the owners are to be asked to say everything again; 409 `rebuild-running`. */
  @Post()
  @Described({ refuses: [RebuildRunning] })
  @HttpCode(202)
  async start(): Promise<{ republish: string[] }> {
    await this.rebuild.start();
    return { republish: OWNERS.map((owner) => `/v1/ops/${owner}/republish`) };
  }

  /** Whether one is running, and how far it is. */
  @Get()
  standing(): Promise<Standing> {
    return this.rebuild.standing();
  }

  /** Gives it up; what is shown stays. */
  @Delete()
  @HttpCode(204)
  abandon(): Promise<void> {
    return this.rebuild.abandon();
  }
}
