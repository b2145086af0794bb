import { Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { TOPICS } from '@lianban/contracts';
import { ApiDoc, Roles } from '@lianban/service-kit';
import { RebuildRunning } from '../problems.js';
import { Rebuild, type RebuildStatus } from './rebuild.js';

const OWNERS = [
  ...new Set(
    TOPICS.filter(({ readers }) => readers.includes('tracking')).flatMap(({ publishers }) => publishers),
  ),
];

/** An operator rebuilds what tracking shows, while requests run. */
@Controller('v1/ops/tracking/rebuild')
@Roles('operator')
export class RebuildController {
  constructor(private readonly rebuild: Rebuild) {}

  /** 202 with the endpoints that publish everything again; 409 `rebuild-running`. */
  @Post()
  @ApiDoc({ refuses: [RebuildRunning] })
  @HttpCode(202)
  async start(): Promise<{ republish: string[] }> {
    await this.rebuild.start();
    return { republish: OWNERS.map((owner) => `/v1/ops/${owner}/republish`) };
  }

  /** Whether a rebuild runs, and its progress. */
  @Get()
  status(): Promise<RebuildStatus> {
    return this.rebuild.status();
  }

  /** Abandons the rebuild; what is shown stays. */
  @Delete()
  @HttpCode(204)
  abandon(): Promise<void> {
    return this.rebuild.abandon();
  }
}
