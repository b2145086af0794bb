import { Controller, Get, Headers, Param, Req, Res } from '@nestjs/common';
import { readReceiptNumber } from '@lianban/contracts';
import { Described, languageOf, Public } from '@lianban/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress } from '../guesses/client-address.js';
import { LAST_EVENT_ID, LiveStatus } from '../live/live-status.js';
import { TooManyGuesses, TooManyStreams } from '../refusals.js';
import { TrackingConfig } from '../tracking.config.js';
import type { Found } from './find-tracked.js';
import { OpenByCode } from './open-by-code.js';
import type { RequestStatus } from './request-status.js';
import { WriteStatus } from './write-status.js';

const AS_WRITTEN = { transform: readReceiptNumber };

/** The applicant's door: a receipt number, and its query code in the header `X-Query-Code`. */
@Controller('v1/track/:receipt')
@Public()
@Described({
  headers: { 'x-query-code': { required: true, description: 'The query code of the receipt.' } },
  refuses: [TooManyGuesses],
})
export class TrackController {
  constructor(
    private readonly openByCode: OpenByCode,
    private readonly writeStatus: WriteStatus,
    private readonly liveStatus: LiveStatus,
    private readonly config: TrackingConfig,
  ) {}

  /** The whole status. 404 for an unknown receipt and for a wrong code, 429 `too-many-guesses`. */
  @Get()
  async status(
    @Req() request: FastifyRequest,
    @Param('receipt', AS_WRITTEN) receipt: string,
    @Headers('accept-language') language: string | undefined,
  ): Promise<RequestStatus> {
    return this.writeStatus.execute(await this.open(request, receipt), languageOf(language));
  }

  /** The status as it changes, as server-sent events; refusals as above, and 429 `too-many-streams`. */
  @Get('events')
  @Described({ streams: 'status', headers: LAST_EVENT_ID, refuses: [TooManyStreams] })
  async events(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('receipt', AS_WRITTEN) receipt: string,
  ): Promise<void> {
    this.liveStatus.follow(await this.open(request, receipt), request, reply);
  }

  private open(request: FastifyRequest, receipt: string): Promise<Found> {
    const code = String(request.headers['x-query-code'] ?? '');
    return this.openByCode.execute(receipt, code, clientAddress(request, this.config.trustProxy));
  }
}
