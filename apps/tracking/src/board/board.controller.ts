import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import { readReceiptNumber } from '@lianban/contracts';
import {
  CallerParam,
  Described,
  For,
  languageOf,
  NoSuchThing,
  validForm,
  type Caller,
} from '@lianban/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LAST_EVENT_ID, LiveStatus } from '../live/live-status.js';
import { FindTracked, type Found } from '../status/find-tracked.js';
import { BadCursor, TooManyStreams } from '../refusals.js';
import type { RequestStatus } from '../status/request-status.js';
import { WriteStatus } from '../status/write-status.js';
import { BoardForm } from './board.forms.js';
import { ListRequests } from './list-requests.js';

const AS_WRITTEN = { transform: readReceiptNumber };

/** The counter's view of its own hall. A request of another hall is 404, as one that never was. */
@Controller('v1/track/requests')
@For('clerk')
export class BoardController {
  constructor(
    private readonly listRequests: ListRequests,
    private readonly findTracked: FindTracked,
    private readonly writeStatus: WriteStatus,
    private readonly liveStatus: LiveStatus,
  ) {}

  /** Fifty requests, and `next` for the following page. 400 `bad-cursor`, 422 `invalid-form`. */
  @Get()
  @Described({ query: BoardForm, refuses: [BadCursor] })
  list(
    @CallerParam() { hall }: Caller,
    @Query() query: Record<string, unknown>,
    @Headers('accept-language') language: string | undefined,
  ) {
    return this.listRequests.execute(hall!, validForm(BoardForm, query), languageOf(language));
  }

  /** What the applicant reads. */
  @Get(':receipt')
  async status(
    @CallerParam() caller: Caller,
    @Param('receipt', AS_WRITTEN) receipt: string,
    @Headers('accept-language') language: string | undefined,
  ): Promise<RequestStatus> {
    return this.writeStatus.execute(await this.open(caller, receipt), languageOf(language));
  }

  /** The same as it changes, as server-sent events. 429 `too-many-streams`. */
  @Get(':receipt/events')
  @Described({ streams: 'status', headers: LAST_EVENT_ID, refuses: [TooManyStreams] })
  async events(
    @CallerParam() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('receipt', AS_WRITTEN) receipt: string,
  ): Promise<void> {
    this.liveStatus.follow(await this.open(caller, receipt), request, reply);
  }

  private async open({ hall }: Caller, receipt: string): Promise<Found> {
    const found = await this.findTracked.byReceipt(receipt);
    if (!found || found.hall !== hall) throw new NoSuchThing();
    return found;
  }
}
