import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiDoc, InvalidForm, NotFound, Problem, Public } from '@lianban/service-kit';
import type { FastifyRequest } from 'fastify';
import { DriverRegistry } from '../drivers/driver-registry.js';
import { ProviderUnavailable, ProviderUnknown } from '../drivers/utility-driver.js';
import { ReceiveReport, ReportRepeated, UnknownJob } from './receive-report.js';
import { BadSignature } from './signed-report.js';

/** What it called about could not be read at its system. */
export class ProviderNotReached extends Problem {
  constructor() {
    super('provider-not-reached', 503, {
      'zh-CN': '暂时无法从贵单位系统读取该办件，请稍后重新推送。',
      en: 'The job cannot be read at your system now; call again later.',
    });
  }
}

const DOC = { refuses: [BadSignature, UnknownJob, InvalidForm, ProviderNotReached] };

/** Where providers call whose dialect has a form of its own for what became of a job. */
@Controller('/v1/providers/:provider/callbacks')
@Public()
export class CallbacksController {
  constructor(
    private readonly drivers: DriverRegistry,
    private readonly receiveReport: ReceiveReport,
  ) {}

  /**
   * 202 all is stored, now or before; 401 `bad-signature`; 404 `not-found` for a provider that does not call us so, `unknown-job`;
   * 422 `invalid-form`; 503 `provider-not-reached`.
   */
  @Post()
  @HttpCode(202)
  @ApiDoc(DOC)
  async receive(
    @Param('provider') provider: string,
    @Req() { rawBody: body = Buffer.alloc(0), headers, url }: FastifyRequest & { rawBody?: Buffer },
  ): Promise<void> {
    const driver = this.drivers.find(provider);
    if (!driver?.readCallback) throw new NotFound();
    for (const report of await driver.readCallback({ path: pathIn(url), headers, body }).catch(toProblem))
      await this.receiveReport.execute({ ...report, provider }).catch(passRepeated);
  }

  /** The same below this address, where a dialect says what more is called. */
  @Post('*')
  @HttpCode(202)
  @ApiDoc(DOC)
  receiveBelow(
    @Param('provider') provider: string,
    @Req() request: FastifyRequest & { rawBody?: Buffer },
  ): Promise<void> {
    return this.receive(provider, request);
  }
}

/** What follows `/callbacks`. */
const pathIn = (url: string): string => /\/callbacks([^?]*)/.exec(url)![1]!;

function toProblem(error: unknown): never {
  if (error instanceof ProviderUnavailable || error instanceof ProviderUnknown)
    throw new ProviderNotReached();
  throw error;
}

function passRepeated(error: unknown): void {
  if (!(error instanceof ReportRepeated)) throw error;
}
