import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import { readReceiptNumber } from '@lianban/contracts';
import {
  CurrentCaller,
  ApiDoc,
  Roles,
  languageOf,
  NotFound,
  validForm,
  type Caller,
} from '@lianban/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LAST_EVENT_ID, LiveStatus } from '../live/live-status.js';
import { BadCursor, TooManyStreams } from '../problems.js';
import { FindRequestViews, type RequestView } from '../projection/find-request-views.js';
import { RenderStatus } from '../status/render-status.js';
import type { RequestStatus } from '../status/request-status.js';
import { BoardForm } from './board.forms.js';
import { ListRequests } from './list-requests.js';

const AS_WRITTEN = { transform: readReceiptNumber };

/** The counter's view of its own hall. A request of another hall is 404. */
@Controller('v1/track/requests')
@Roles('clerk')
export class BoardController {
  constructor(
    private readonly listRequests: ListRequests,
    private readonly findRequestViews: FindRequestViews,
    private readonly renderStatus: RenderStatus,
    private readonly liveStatus: LiveStatus,
  ) {}

  /** Fifty requests, and `next` for the following page. 400 `bad-cursor`, 422 `invalid-form`. */
  @Get()
  @ApiDoc({ query: BoardForm, refuses: [BadCursor] })
  list(
    @CurrentCaller() { hall }: Caller,
    @Query() query: Record<string, unknown>,
    @Headers('accept-language') language: string | undefined,
  ) {
    return this.listRequests.execute(hall!, validForm(BoardForm, query), languageOf(language));
  }

  /** What the applicant reads, in words for the clerk. */
  @Get(':receipt')
  async status(
    @CurrentCaller() caller: Caller,
    @Param('receipt', AS_WRITTEN) receipt: string,
    @Headers('accept-language') language: string | undefined,
  ): Promise<RequestStatus> {
    const audience = { reader: 'clerk', language: languageOf(language) } as const;
    return this.renderStatus.execute(await this.find(caller, receipt), audience);
  }

  /** The status as server-sent events. 429 `too-many-streams`. */
  @Get(':receipt/events')
  @ApiDoc({ streams: 'status', headers: LAST_EVENT_ID, refuses: [TooManyStreams] })
  async events(
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('receipt', AS_WRITTEN) receipt: string,
  ): Promise<void> {
    this.liveStatus.subscribe(await this.find(caller, receipt), 'clerk', request, reply);
  }

  private async find({ hall }: Caller, receipt: string): Promise<RequestView> {
    const found = await this.findRequestViews.byReceipt(receipt);
    if (!found || found.hall !== hall) throw new NotFound();
    return found;
  }
}
