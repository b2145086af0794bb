import { Controller, Get, Headers, Param, Req, Res } from '@nestjs/common';
import { readReceiptNumber } from '@lianban/contracts';
import { textOfHeader, TooManyGuesses } from '@lianban/query-codes';
import { ApiDoc, languageOf, Public } from '@lianban/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LAST_EVENT_ID, LiveStatus } from '../live/live-status.js';
import { TooManyStreams } from '../problems.js';
import type { RequestView } from '../projection/find-request-views.js';
import { AuthenticateByCode } from './authenticate-by-code.js';
import { RenderStatus } from './render-status.js';
import type { RequestStatus } from './request-status.js';

const AS_WRITTEN = { transform: readReceiptNumber };

/** The applicant's endpoints: a receipt number, and its query code in the header `X-Query-Code`. */
@Controller('v1/track/:receipt')
@Public()
@ApiDoc({
  headers: { 'x-query-code': { required: true, description: 'The query code of the receipt.' } },
  refuses: [TooManyGuesses],
})
export class TrackController {
  constructor(
    private readonly authenticateByCode: AuthenticateByCode,
    private readonly renderStatus: RenderStatus,
    private readonly liveStatus: LiveStatus,
  ) {}

  /** The whole status. 404 for an unknown receipt and for a wrong code, 429 `too-many-guesses`. */
  @Get()
  async status(
    @Req() request: FastifyRequest,
    @Param('receipt', AS_WRITTEN) receipt: string,
    @Headers('accept-language') language: string | undefined,
  ): Promise<RequestStatus> {
    const audience = { reader: 'applicant', language: languageOf(language) } as const;
    return this.renderStatus.execute(await this.authenticate(request, receipt), audience);
  }

  /** The status as server-sent events; refusals as above, and 429 `too-many-streams`. */
  @Get('events')
  @ApiDoc({ streams: 'status', headers: LAST_EVENT_ID, refuses: [TooManyStreams] })
  async events(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('receipt', AS_WRITTEN) receipt: string,
  ): Promise<void> {
    this.liveStatus.subscribe(await this.authenticate(request, receipt), 'applicant', request, reply);
  }

  private authenticate(request: FastifyRequest, receipt: string): Promise<RequestView> {
    const code = textOfHeader(String(request.headers['x-query-code'] ?? ''));
    return this.authenticateByCode.execute(request, receipt, code);
  }
}
