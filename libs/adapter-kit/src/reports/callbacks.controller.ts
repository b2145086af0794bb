import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiDoc, NotFound, Public } from '@lianban/service-kit';
import type { FastifyRequest } from 'fastify';
import { DriverRegistry } from '../drivers/driver-registry.js';
import { ReceiveReport, ReportRepeated, UnknownJob } from './receive-report.js';
import { BadSignature } from './signed-report.js';

/** Where providers call whose dialect has a form of its own for what became of a job. */
@Controller('/v1/providers/:provider/callbacks')
@Public()
export class CallbacksController {
  constructor(
    private readonly drivers: DriverRegistry,
    private readonly receiveReport: ReceiveReport,
  ) {}

  /** 202 all is stored, now or before; 401 `bad-signature`; 404 `not-found` for a provider that does not call us so, `unknown-job`. */
  @Post()
  @HttpCode(202)
  @ApiDoc({ refuses: [BadSignature, UnknownJob] })
  async receive(
    @Param('provider') provider: string,
    @Req() { rawBody: body = Buffer.alloc(0), headers }: FastifyRequest & { rawBody?: Buffer },
  ): Promise<void> {
    const driver = this.drivers.find(provider);
    if (!driver?.readCallback) throw new NotFound();
    for (const report of await driver.readCallback({ headers, body }))
      await this.receiveReport.execute({ ...report, provider }).catch(passRepeated);
  }
}

function passRepeated(error: unknown): void {
  if (!(error instanceof ReportRepeated)) throw error;
}
